export * from './admin/index.js'
export * from './settings/index.js'
export type * from './watch/feed.js'
