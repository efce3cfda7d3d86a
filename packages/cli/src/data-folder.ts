import type { Stats } from 'node:fs'
import { lchownSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '@sallyport/server'
import type { OrdinaryUser } from './ordinary-user.js'
import { ordinaryOwner } from './ordinary-user.js'
import { folderProblem, makeFolder } from './usable-folder.js'

/** Paths of what the server keeps in its data folder; SQLite adds suffixes to the names of databases. */
const ours =
  /^(sallyport\.db|lock\.db)(-wal|-shm|-journal)?$|^(admin-token|agent-tokens\.json|endpoints\.json)(\.\d+\.new)?$|^control\.sock$|^audit-\d{8,15}\.jsonl$|^snapshot-[A-Za-z0-9._-]{1,64}\.db(\.\d+\.new)?(-journal)?$|^tls(\/(ca|server)(-key)?\.pem(\.\d+\.new)?)?$/

/** The data folder, ready for the user that the server is to run as. `path` is real: without symbolic links. */
export interface PreparedFolder {
  readonly path: string
  readonly user: OrdinaryUser
}

/**
 * Makes the data folder fit for an ordinary user; to be called as root. A new folder (0700) goes to the owner of its
 * parent, or to nobody under a parent of root's; one that root owns goes to nobody, if it holds only our files; one
 * that another user owns stays as it is. Throws `UserError` where that is not safe.
 */
export function prepareDataFolder(data: string): PreparedFolder {
  try {
    return prepare(data)
  } catch (error) {
    throw folderProblem(error, data) ?? error
  }
}

function prepare(data: string): PreparedFolder {
  const found = statOf(data)
  if (!found) return createFolder(data)
  if (!found.isDirectory())
    throw new UserError(`the data folder ${data} is not a folder`, 'Choose another --data.')
  const path = realpathSync(data)
  const user = ordinaryOwner(found)
  if (found.uid === 0) giveAway(path, user)
  else refuseForeignFiles(path, user)
  return { path, user }
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function createFolder(data: string): PreparedFolder {
  makeFolder(dirname(data), 0o777)
  mkdirSync(data, { mode: 0o700 })
  const user = ordinaryOwner(statSync(dirname(data)))
  // Not chown: the owner of the parent could have put a link in the folder's place.
  lchownSync(data, user.uid, user.gid)
  return { path: realpathSync(data), user }
}

/** What is in the folder, with what its folder of certificates holds, unless that is a link or somebody else's. */
function namesIn(path: string): string[] {
  const names = readdirSync(path)
  const inner = lstatSync(join(path, 'tls'), { throwIfNoEntry: false })
  const isOurs = inner?.isDirectory() && inner.uid === lstatSync(path).uid
  return isOurs ? [...names, ...readdirSync(join(path, 'tls')).map((name) => `tls/${name}`)] : names
}

function giveAway(path: string, user: OrdinaryUser): void {
  const names = namesIn(path)
  const foreign = names.filter((name) => !ours.test(name))
  if (foreign.length > 0) {
    throw new UserError(
      `the data folder ${path} belongs to root and holds files that are not Sallyport's: ${foreign.slice(0, 3).join(', ')}`,
      'Choose an empty folder with --data, or one that an ordinary user owns.',
    )
  }
  for (const name of names) lchownSync(join(path, name), user.uid, user.gid)
  lchownSync(path, user.uid, user.gid)
}

/** Files are not given away in a folder of somebody else's: a link there could make root give away any file. */
function refuseForeignFiles(path: string, user: OrdinaryUser): void {
  const locked = namesIn(path).find((name) => ours.test(name) && lstatSync(join(path, name)).uid !== user.uid)
  if (locked === undefined) return
  throw new UserError(
    `${join(path, locked)} does not belong to ${user.name}, who owns its folder`,
    `Run: chown -R ${user.uid}:${user.gid} ${path}`,
  )
}
