import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '@sallyport/server'

/**
 * Makes a folder with the given mode, and its parents. Not the recursive mkdir of Node, which never returns where
 * the kernel answers ENOENT although the parent is there, as below /proc (measured with Node 20). Throws the
 * system's error.
 */
export function makeFolder(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (!statSync(parent, { throwIfNoEntry: false })) makeFolder(parent, mode)
  mkdirSync(path, { mode })
}

const codes = /^(E(ACCES|DQUOT|EXIST|IO|ISDIR|LOOP|NAMETOOLONG|NOENT|NOSPC|NOTDIR|PERM|ROFS)|SQLITE_[A-Z_]+)$/

const hints: readonly (readonly [RegExp, string])[] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)/, 'Free some space there, or choose another folder with --data DIR.'],
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    'Its sallyport.db is damaged or of another program: restore a copy, or choose another folder with --data DIR.',
  ],
]

const elsewhere = 'Run as its owner, or choose a folder that this user can write to with --data DIR.'

/**
 * What the person who runs the command has to know when an error comes from the data folder and not from a defect;
 * undefined when it does not. An error that crossed threads may be a plain object with nothing but its code.
 */
export function folderProblem(error: unknown, data: string): UserError | undefined {
  if (typeof error !== 'object' || error === null || error instanceof UserError) return undefined
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown }
  if (typeof code !== 'string' || !codes.test(code)) return folderProblem(cause, data)
  const why = typeof message === 'string' && message !== '' ? message : code
  const hint = hints.find(([pattern]) => pattern.test(code))?.[1] ?? elsewhere
  return new UserError(`cannot use the data folder ${data}: ${why}`, hint, { cause: error })
}

/** Makes the data folder, for its user alone, and runs `work`; what is wrong with the folder becomes a `UserError`. */
export async function onFolder<T>(data: string, work: () => Promise<T>): Promise<T> {
  try {
    makeFolder(data, 0o700)
    return await work()
  } catch (error) {
    throw folderProblem(error, data) ?? error
  }
}
