import { open, rm } from 'node:fs/promises'
import { UserError } from '@sallyport/server'

/** Writes a file that must not be there yet, for its owner alone; what fails leaves none. */
export async function writeNewFile(
  path: string,
  write: (target: NodeJS.WritableStream) => Promise<void>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: Error) => {
    throw new UserError(`cannot write ${path}: ${error.message}`, 'Name a file that is not there yet.')
  })
  try {
    await write(file.createWriteStream())
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await file.close()
  }
}
