import type { Snapshot } from '@sallyport/engine'
import { worldFrom } from '@sallyport/engine'
import type { Feed, Settings } from '@sallyport/server'
import { openAdmin, resolveSettings } from '@sallyport/server'
import { vi } from 'vitest'
import { afterThisTest, temporaryFolder } from './running-command.js'

/** Serves a snapshot on the control socket of a new data folder; answers with settings that name the folder. */
export async function serveSnapshot(snapshot: Snapshot): Promise<Settings> {
  const settings = resolveSettings({
    flags: { data: temporaryFolder() },
    env: { SALLYPORT_ADMIN: 'none' },
    cwd: '/',
  })
  const feed: Feed = {
    world: worldFrom(snapshot),
    subscribe: () => () => undefined,
    onRestart: () => () => undefined,
    since: () => Promise.resolve([]),
  }
  const admin = await openAdmin({ settings, endpoint: 'http://127.0.0.1:1', feed, log: () => undefined })
  afterThisTest(() => admin.close())
  return settings
}

/** What `work` answers and what it wrote to stdout meanwhile. */
export async function captured<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly stdout: string }> {
  let stdout = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  try {
    return { result: await work(), stdout }
  } finally {
    spy.mockRestore()
  }
}
