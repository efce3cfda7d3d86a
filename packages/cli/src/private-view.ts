import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { OrdinaryUser } from './ordinary-user.js'

/** What a process of a user must reach, and may write or only read. */
export interface Wanted {
  readonly path: string
  readonly writable: boolean
}

/** Folders to hide behind an empty one, and what stays visible below them at the same path. */
export interface View {
  readonly hidden: readonly string[]
  readonly kept: readonly Wanted[]
}

/** Whether the mode bits let the user pass through a folder. Access lists are not looked at: hiding is harmless. */
export function canPass(folder: string, { uid, gid }: OrdinaryUser): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder)
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
  return (mode & bit) !== 0
}

/**
 * The view in which a user reaches every wanted path although it lies below a folder that the user cannot pass
 * (a clone in /root is the ordinary case). Undefined when the user reaches all of them as it is.
 */
export function viewFor(wanted: readonly Wanted[], passes: (folder: string) => boolean): View | undefined {
  const barriers = wanted.flatMap(({ path }) => ancestors(path).find((folder) => !passes(folder)) ?? [])
  const hidden = [...new Set(barriers)].filter((folder) => !barriers.some((other) => isBelow(folder, other)))
  if (hidden.length === 0) return undefined
  // Outer paths first: mounting an outer one later would cover the inner one.
  const kept = wanted
    .filter(({ path }) => hidden.some((folder) => isBelow(path, folder)))
    .sort((a, b) => a.path.length - b.path.length)
  return { hidden, kept }
}

const isBelow = (path: string, folder: string): boolean =>
  path !== folder && path.startsWith(folder === '/' ? '/' : `${folder}/`)

/** The folders on the way to a path, outermost first, without the path itself. */
function ancestors(path: string): string[] {
  const folder = dirname(path)
  return folder === path ? [] : [...ancestors(folder), folder]
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/**
 * A shell script that makes the view and then becomes the command given as its arguments. To be run by root in a
 * mount namespace of its own (unshare(1)). Sources are opened before they are hidden and bound through
 * /proc/self/fd; `--no-canonicalize` keeps mount(8) from turning that back into a path that is hidden by then.
 */
export function viewScript({ hidden, kept }: View): string {
  const firstFd = 5
  const bind = ({ path, writable }: Wanted, index: number): string[] => [
    `mkdir -p ${quote(path)}`,
    `mount --no-canonicalize --bind /proc/self/fd/${firstFd + index} ${quote(path)}`,
    // Closed, or the server could reach what is hidden through "..".
    `exec ${firstFd + index}<&-`,
    ...(writable ? [] : [`mount --no-canonicalize -o remount,bind,ro ${quote(path)}`]),
  ]
  return [
    'set -eu',
    // What is made on the way to a kept path must let the user pass, whatever root's mask is.
    'umask 022',
    ...kept.map(({ path }, index) => `exec ${firstFd + index}<${quote(path)}`),
    ...hidden.map((folder) => `mount -t tmpfs -o mode=0755,size=1m,nosuid,nodev sallyport ${quote(folder)}`),
    ...kept.flatMap(bind),
    'exec "$@"',
  ].join('\n')
}
