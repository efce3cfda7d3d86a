import { readFileSync } from 'node:fs'

/** A user that is not root. */
export interface OrdinaryUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** What `nobody` is on Linux where the user database does not say (the kernel's overflow ids). */
const nobody: OrdinaryUser = { name: 'nobody', uid: 65534, gid: 65534 }

interface Entry extends OrdinaryUser {
  readonly name: string
}

function parsePasswd(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

/** The user that owns a file; `nobody` instead of root. Root's group is never taken along. */
export function ordinaryOwner(
  owner: { readonly uid: number; readonly gid: number },
  passwd: string = readFileSync('/etc/passwd', 'utf8'),
): OrdinaryUser {
  const entries = parsePasswd(passwd)
  const found =
    owner.uid === 0
      ? (entries.find(({ name }) => name === nobody.name) ?? nobody)
      : (entries.find(({ uid }) => uid === owner.uid) ?? { name: `uid ${owner.uid}`, ...owner })
  return found.gid === 0 ? { ...found, gid: nobody.gid } : found
}
