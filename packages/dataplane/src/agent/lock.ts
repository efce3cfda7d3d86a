import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Two agents with one mark would undo one another. The lock is a name in the kernel that dies with the process. */
function lock(mark: string): Promise<() => void> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`another agent with mark ${mark} is running: stop it, or choose another mark`)
          : error,
      ),
    )
    server.listen({ path: `\0sallyport-agent-${mark}` }, () => resolve(() => server.close()))
  })
}

/** Takes the lock of a mark; resolves with what frees it. An agent that is just ending holds the lock for a moment. */
export async function lockSoon(mark: string, tries = 20): Promise<() => void> {
  try {
    return await lock(mark)
  } catch (error) {
    if (tries === 0) throw error
    await sleep(100)
    return lockSoon(mark, tries - 1)
  }
}
