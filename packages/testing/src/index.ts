export type {
  ActiveFault,
  CallFilter,
  CallRecord,
  ClockState,
  FaultRequest,
  NamedSnapshot,
  Restarted,
  SeedDocument,
  SeededResource,
} from '@sallyport/server'
export { AdminRefusal } from './admin-client.js'
export type { ClientConfig } from './clients.js'
export { connectSallyport, type Controls } from './controls.js'
export { SeedRefusal } from './seed.js'
export { type Sallyport, type StartOptions, startSallyport } from './start.js'
