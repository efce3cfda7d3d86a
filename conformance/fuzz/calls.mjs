/**
 * Calls that make sense, more or less: an operation and values of the kinds that it declares, with ids that earlier
 * answers gave.
 */

const idKinds = ['sg', 'sgr', 'eni', 'i', 'vpc', 'vsw', 'pl', 'prl', 'rg', 'vtb']
const IDS_KEPT = 60

/** Remembers ids by kind, the newest of each. */
export function createIds() {
  const known = new Map(idKinds.map((kind) => [kind, []]))
  const pattern = new RegExp(`"((${idKinds.join('|')})-[a-z0-9]{10,30})"`, 'g')
  return {
    learn(text) {
      for (const [, id, kind] of text.matchAll(pattern)) {
        const ids = known.get(kind)
        if (ids.includes(id)) continue
        ids.push(id)
        if (ids.length > IDS_KEPT) ids.shift()
      }
    },
    of: (kind) => known.get(kind) ?? [],
    forget: () => known.forEach((ids) => (ids.length = 0)),
  }
}

/** Which kind of id a parameter takes, by its name. */
const kindOf = (name) => {
  if (/SecurityGroupRuleId/.test(name)) return 'sgr'
  if (/(SecurityGroup|Group)Ids?$/.test(name) && !/ResourceGroup/.test(name)) return 'sg'
  if (/ResourceGroupId/.test(name)) return 'rg'
  if (/NetworkInterfaceId/.test(name)) return 'eni'
  if (/InstanceIds?$/.test(name)) return 'i'
  if (/VSwitchId/.test(name)) return 'vsw'
  if (/VpcId/.test(name)) return 'vpc'
  if (/PortRangeListId/.test(name)) return 'prl'
  if (/PrefixListId/.test(name)) return 'pl'
  if (/RouteTableId/.test(name)) return 'vtb'
  return undefined
}

const texts = {
  RegionId: ['cn-hangzhou'],
  ZoneId: ['cn-hangzhou-i', 'cn-hangzhou-h'],
  IpProtocol: ['TCP', 'udp', 'ICMP', 'icmpv6', 'GRE', 'ALL'],
  PortRange: ['80/80', '1/65535', '-1/-1', '22/22', '443/8443'],
  SourcePortRange: ['1024/65535', '-1/-1'],
  Policy: ['accept', 'drop'],
  Priority: ['1', '50', '100'],
  NicType: ['intranet', 'internet'],
  AddressFamily: ['IPv4', 'IPv6'],
  ResourceType: ['securitygroup', 'instance', 'eni', 'VPC', 'VSWITCH', 'prefixlist'],
  CidrBlock: ['10.0.0.0/16', '172.16.0.0/12', '192.168.1.0/24', '172.30.0.0/24'],
  Cidr: ['10.1.0.0/16', '2001:db8::/64', '192.0.2.1'],
}

function text(random, ids, name) {
  const own = name.replace(/^(Add|Remove)?Entry\./, '')
  if (texts[own]) return random.pick(texts[own])
  const known = ids.of(kindOf(name))
  if (known.length > 0) return random.pick(known)
  if (/Ipv6.*(Cidr|Address)/.test(name)) return random.pick(['2001:db8::/32', '::/0', '2001:db8::1'])
  if (/Cidr|IpAddress/.test(name)) return random.pick(['0.0.0.0/0', '10.0.0.0/8', '192.0.2.7', '172.16.0.9'])
  if (/Name|Description|Key|Value/.test(name)) return `n${random.below(50)}`
  return `v${random.below(20)}`
}

function value(random, ids, name, input) {
  switch (input.kind) {
    case 'integer':
      return String((input.min ?? 0) + random.below(Math.min(3, (input.max ?? 9) - (input.min ?? 0) + 1)))
    case 'boolean':
      return random.pick(['true', 'false'])
    case 'json-list':
      return JSON.stringify([text(random, ids, name)])
    default:
      return input.oneOf ? random.pick(input.oneOf) : text(random, ids, name)
  }
}

function fill(random, ids, into, name, input) {
  if (input.kind === 'list') {
    for (let index = 1; index <= 1 + random.below(2); index++) {
      into[`${name}.${index}`] = value(random, ids, name, input.of)
    }
  } else if (input.kind === 'structs') {
    for (let index = 1; index <= 1 + random.below(2); index++) {
      for (const [field, inner] of Object.entries(input.fields)) {
        if (random.chance(0.6)) fill(random, ids, into, `${name}.${index}.${field}`, inner)
      }
    }
  } else into[name] = value(random, ids, name, input)
}

/** Parameters of a call: required ones, some of the others. Never more than two instances at once. */
export function makeCall(random, ids, operation) {
  const parameters = {}
  for (const [name, input] of Object.entries(operation.inputs)) {
    const share = input.required ? 0.97 : name === 'RegionId' ? 0.95 : 0.3
    if (random.chance(share)) fill(random, ids, parameters, name, input)
  }
  if (parameters.DryRun && random.chance(0.8)) delete parameters.DryRun
  if (parameters.Amount) parameters.Amount = random.pick(['1', '2'])
  if (operation.idempotent && random.chance(0.1)) parameters.ClientToken = `t${random.below(500)}`
  return parameters
}
