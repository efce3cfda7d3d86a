export { lineOfPath } from './line-of-path.js'
export type { SeededResource, SeedKind } from './place.js'
export type { SeedPath } from './problem.js'
export type { SeedDocument } from './schema.js'
