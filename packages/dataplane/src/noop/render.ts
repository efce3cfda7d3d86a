import { type Chain, type Form, type Ports, portsText, type Test } from '../intermediate.js'

const span = (name: string, ports: Ports | null): string =>
  ports === null ? '' : ` ${name} ${'set' in ports ? ports.set : portsText(ports)}`

function remoteText({ remote, family }: Test): string {
  if (remote.kind === 'set') return remote.set
  return remote.kind === 'block' ? remote.text : family === null ? 'anyone' : `any IPv${family}`
}

function testText(test: Test): string {
  const protocol = test.protocol === null ? 'any protocol' : `protocol ${test.protocol}`
  const local = test.local === null ? '' : ` own ${test.local}`
  const ports =
    span('remote ports', test.remotePorts) +
    span('own ports', test.localPorts) +
    span('types', test.icmpTypes)
  const effect = test.staged ? 'count' : test.accept ? 'accept' : 'drop'
  return `  ${effect} ${remoteText(test)} ${protocol}${local}${ports} (${test.why})`
}

const chainText = (chain: Chain): string[] => [
  `${chain.direction} ${chain.name} of ${chain.groups.join(' ')}`,
  ...chain.tests.map(testText),
  ...(chain.stagedOtherwise ? ['  count otherwise'] : []),
  `  ${chain.acceptOtherwise ? 'accept' : 'drop'} otherwise`,
]

/** What would be enforced, in words; '' when that is what is held already. */
export function render(form: Form, held: string | null): { readonly text: string; readonly listing: string } {
  const lines = [
    `${form.vpc} ${form.blocks.join(' ')}`,
    ...form.bindings.map(
      ({ interface: id, link, addresses, egress, ingress }) =>
        `${id} ${link} ${[...addresses.v4, ...addresses.v6].join(' ')} egress ${egress} ingress ${ingress}`,
    ),
    ...form.timeoutGroups.map(
      ({ links, timeouts }) =>
        `${links.join(' ')} remember idle connections ${timeouts.tcpEstablished} s (TCP), ${timeouts.tcpClosed} s (TCP closed), ${timeouts.udp} s (UDP)`,
    ),
    ...form.sets.map(({ name, addresses }) => `${name} = ${addresses.join(' ')}`.trimEnd()),
    ...form.rangeSets.map(({ name, ranges }) => `${name} = ${ranges.join(' ')}`),
    ...form.chains.flatMap(chainText),
  ]
  const listing = lines.map((line) => `${line}\n`).join('')
  return { text: listing === held ? '' : listing, listing }
}
