import type { AddressRange, Entry, PortRange, RemoteSet } from '@sallyport/engine'
import type { SharedPolicy } from '../desired.js'
import { digest } from '../names.js'
import type { Scope } from './scope.js'

const rangeText = ({ first, last }: AddressRange | PortRange): string => `${first}-${last}`

const rangesText = (ranges: readonly (AddressRange | PortRange)[] | null): string =>
  ranges === null ? '*' : ranges.map(rangeText).join()

// The members of a group are one value in a policy, and many rules name it.
const texts = new WeakMap<object, string>()

function membersText(members: { v4: ReadonlySet<bigint>; v6: ReadonlySet<bigint> }): string {
  const made =
    texts.get(members) ?? digest(`${[...members.v4].sort().join()} ${[...members.v6].sort().join()}`, 32)
  texts.set(members, made)
  return made
}

function remoteText(remote: RemoteSet, identified: ReadonlySet<string>): string {
  switch (remote.kind) {
    case 'any':
      return '*'
    case 'range':
      return `${remote.range.family} ${rangeText(remote.range)}`
    case 'prefix-list':
      return `${remote.list} ${remote.ranges[0]?.family} ${rangesText(remote.ranges)}`
    case 'group':
      return `${remote.group} ${identified.has(remote.group) ? 'by identity' : membersText(remote.members)}`
  }
}

const entryText = (entry: Entry, identified: ReadonlySet<string>): string =>
  [
    ...[entry.reason, entry.rule, entry.group, entry.priority, entry.verdict, entry.family, entry.protocol],
    remoteText(entry.remote, identified),
    entry.local === null ? '*' : `${entry.local.family} ${rangeText(entry.local)}`,
    rangesText(entry.remotePorts),
    rangesText(entry.localPorts),
    entry.icmpTypes === null ? '*' : rangeText(entry.icmpTypes),
    entry.staged,
  ].join('|')

const made = new WeakMap<SharedPolicy, { readonly of: string; readonly signature: string }>()

/** A text that two policies have in common only if they compile to the same. */
export function signatureOf(shared: SharedPolicy, identified: ReadonlySet<string>, scope: Scope): string {
  const of = `${scope.text} ${[...identified].join(' ')}`
  const known = made.get(shared)
  if (known?.of === of) return known.signature
  const signature = freshSignature(shared, identified, scope)
  made.set(shared, { of, signature })
  return signature
}

function freshSignature(
  { key, groups, policy }: SharedPolicy,
  identified: ReadonlySet<string>,
  scope: Scope,
): string {
  const { direction, fallback, stagedFallback, entries } = policy
  const head = [key, groups.join(' '), direction, fallback, stagedFallback].join('|')
  return digest([head, scope.text, ...entries.map((entry) => entryText(entry, identified))].join('\n'), 64)
}
