import { expect } from 'vitest'

/** Waits for a state that must come; generous, because machines are shared, and over as soon as it is there. */
export const eventually = <T>(read: () => T | Promise<T>) =>
  expect.poll(read, { timeout: 15_000, interval: 20 })
