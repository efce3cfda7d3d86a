import type { Caller, Inputs, Values } from '@sallyport/protocol'
import { nisError } from '../../errors/nis.js'
import { regionOf } from '../../model/regions.js'
import type { ReadContext } from '../../model/context.js'
import { findEnd, missingCode } from '../../model/path-ends.js'
import { type PathParameters, readPath } from '../../model/path-parameters.js'
import { optionalRegionId } from '../ecs/shared-inputs.js'

const port = (end: string) =>
  ({ kind: 'string', doc: `Port of the ${end}, 1 to 65535. 0 or none: every port.` }) as const

const address = (end: string) =>
  ({
    kind: 'string',
    doc: `An IPv4 address of the ${end}. Default: the primary one of an instance.`,
  }) as const

/** The parameters of a path, which saving one and analysing one at once share. */
export const pathInputs = {
  RegionId: optionalRegionId,
  SourceId: { kind: 'string', required: true, doc: 'Id of the source; of internetIp, the address itself.' },
  SourceType: { kind: 'string', required: true, doc: 'ecs, internetIp, vsw, vpn or vbr.' },
  SourceIpAddress: address('source'),
  SourcePort: port('source'),
  TargetId: { kind: 'string', required: true, doc: 'Id of the target; of internetIp, the address itself.' },
  TargetType: { kind: 'string', required: true, doc: 'ecs, internetIp, vsw, vpn, vbr or clb.' },
  TargetIpAddress: address('target'),
  TargetPort: port('target'),
  Protocol: { kind: 'string', doc: 'tcp (default), udp or icmp, which has no ports.' },
} as const satisfies Inputs

/** What the parameters of a path can be refused with. */
export const pathErrors = [
  'InvalidRegionId.NotFound',
  'IllegalParam.SourceType',
  'IllegalParam.TargetType',
  'IllegalParam.TypeAndIdMismatch',
  'IllegalParam.IP',
  'IllegalParam.InternetIP',
  'IllegalParam.SourceIp',
  'IllegalParam.TargetIp',
  'IllegalParam.SourcePort',
  'IllegalParam.TargetPort',
  'IllegalParam.Protocol',
  'IllegalParam.SourceAndTargetInternetIp',
  'IllegalParam.SourceId',
  'IllegalParam.TargetId',
  'IllegalParam.SourceEqualTarget',
] as const

/** The path that a request means. Throws unless both ends are there. */
export async function requirePath(
  input: Values<typeof pathInputs>,
  caller: Caller,
  { session, settings }: ReadContext,
): Promise<PathParameters> {
  const region = regionOf(settings, input.RegionId).id
  const path = readPath(
    region,
    input.Protocol,
    { id: input.SourceId, type: input.SourceType, address: input.SourceIpAddress, port: input.SourcePort },
    { id: input.TargetId, type: input.TargetType, address: input.TargetIpAddress, port: input.TargetPort },
  )
  const [source, target] = [
    await findEnd(session, caller.accountId, region, path.source),
    await findEnd(session, caller.accountId, region, path.target),
  ]
  if (typeof source === 'string') throw missing('Source', source, path)
  if (typeof target === 'string') throw missing('Target', target, path)
  if (JSON.stringify(placeOf(source)) === JSON.stringify(placeOf(target))) {
    throw nisError('IllegalParam.SourceEqualTarget')
  }
  return path
}

const placeOf = (end: Exclude<Awaited<ReturnType<typeof findEnd>>, string>): readonly unknown[] =>
  end.kind === 'outside'
    ? [end.address]
    : [end.kind === 'interface' ? end.interface.id : end.vswitch.id, end.address]

function missing(name: 'Source' | 'Target', what: 'id' | 'address', path: PathParameters) {
  const end = name === 'Source' ? path.source : path.target
  return nisError(missingCode(name, what), what === 'id' ? end.id : end.address)
}
