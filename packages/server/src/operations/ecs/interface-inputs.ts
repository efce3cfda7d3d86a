import type { IntegerInput, StringInput, Values } from '@sallyport/protocol'
import { ecsError } from '../../errors/ecs.js'
import type { WantedTimeouts } from '../../model/connection-timeouts.js'
import { isResourceName } from '../../model/names.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { regionId } from './shared-inputs.js'

const text = (doc: string): StringInput => ({ kind: 'string', doc })
const unsupportedNumber = { kind: 'integer', doc: 'Not supported.' } as const
const unsupportedSwitch = { kind: 'boolean', doc: 'Only false.' } as const

/** RegionId and NetworkInterfaceId of operations on one interface. */
export const interfaceInputs = {
  RegionId: regionId,
  NetworkInterfaceId: { kind: 'string', required: true, doc: 'Id of the network interface.' },
} as const

/** Up to `max` texts. */
export const list = (doc: string, max: number) =>
  ({ kind: 'list', of: { kind: 'string' }, max, doc }) as const

const timeout = (doc: string): IntegerInput => ({
  kind: 'integer',
  invalid: 'InvalidParameter.EniConnectionTrackingConfiguration',
  doc,
})

/** What can be said of an interface when it is made and later. */
export const describedInputs = {
  NetworkInterfaceName: text('2 to 128 characters, beginning with a letter.'),
  Description: {
    kind: 'string',
    minLength: 2,
    maxLength: 256,
    pattern: /^(?!https?:\/\/)/i,
    doc: '2 to 256 characters, no web address.',
  },
  DeleteOnRelease: {
    kind: 'boolean',
    doc: 'Whether it is deleted with its instance. Default true. A primary one that stays becomes a secondary one.',
  },
  SourceDestCheck: {
    kind: 'boolean',
    doc: 'Shown. With enforcement, packets with addresses that the interface does not have are always dropped.',
  },
  QueueNumber: { kind: 'integer', min: 1, max: 2048, doc: 'Shown; links here have one queue.' },
  'ConnectionTrackingConfiguration.TcpEstablishedTimeout': timeout(
    'Seconds: 30, 60, 80, 100, 200, 300, 500, 700 or 910 (default).',
  ),
  'ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout': timeout('Seconds: 3 (default) to 15.'),
  'ConnectionTrackingConfiguration.UdpTimeout': timeout('Seconds: 10, 20, 30 (default), 60, 80 or 100.'),
  NetworkInterfaceTrafficMode: {
    kind: 'string',
    oneOf: ['Standard', 'HighPerformance'],
    doc: 'Standard (default); HighPerformance is not supported.',
  },
} as const

/** What an interface here cannot have: RDMA, queue depths, address prefixes. */
const unsupportedOfInterfaces = {
  'NetworkInterfaceTrafficConfig.NetworkInterfaceTrafficMode': text('Only Standard.'),
  'NetworkInterfaceTrafficConfig.QueueNumber': unsupportedNumber,
  'NetworkInterfaceTrafficConfig.QueuePairNumber': unsupportedNumber,
  'NetworkInterfaceTrafficConfig.RxQueueSize': unsupportedNumber,
  'NetworkInterfaceTrafficConfig.TxQueueSize': unsupportedNumber,
  'EnhancedNetwork.EnableRss': unsupportedSwitch,
  'EnhancedNetwork.EnableSriov': unsupportedSwitch,
  'EnhancedNetwork.EnableExpress': unsupportedSwitch,
  'EnhancedNetwork.VirtualFunctionQuantity': unsupportedNumber,
  'EnhancedNetwork.VirtualFunctionTotalQueueNumber': unsupportedNumber,
  EnablePrimaryIPv6: unsupportedSwitch,
  QueuePairNumber: unsupportedNumber,
  RxQueueSize: unsupportedNumber,
  TxQueueSize: unsupportedNumber,
} as const

/** Parameters that creating and modifying an interface share. */
export const sharedInterfaceInputs = { ...describedInputs, ...unsupportedOfInterfaces } as const

export type SharedInterfaceInput = Values<typeof sharedInterfaceInputs>

/** Refuses what no interface here can have, and names that are none. */
export function checkShared(input: SharedInterfaceInput): void {
  const names = Object.keys(unsupportedOfInterfaces) as (keyof typeof unsupportedOfInterfaces)[]
  const mode = 'NetworkInterfaceTrafficConfig.NetworkInterfaceTrafficMode'
  refuseUnsupported({
    ...Object.fromEntries(names.map((name) => [name, input[name]])),
    [mode]: input[mode] !== undefined && input[mode] !== 'Standard',
    'NetworkInterfaceTrafficMode=HighPerformance': input.NetworkInterfaceTrafficMode === 'HighPerformance',
  })
  const name = input.NetworkInterfaceName
  if (name !== undefined && !isResourceName(name)) throw ecsError('InvalidParams.NetworkInterfaceName')
}

/** The timeouts asked for. */
export const timeoutsWanted = (input: SharedInterfaceInput): WantedTimeouts => ({
  tcpEstablished: input['ConnectionTrackingConfiguration.TcpEstablishedTimeout'],
  tcpClosed: input['ConnectionTrackingConfiguration.TcpClosedAndTimeWaitTimeout'],
  udp: input['ConnectionTrackingConfiguration.UdpTimeout'],
})

/** What either operation can be refused with for these parameters. */
export const sharedInterfaceErrors = [
  'UnsupportedParameter',
  'InvalidParams.NetworkInterfaceName',
  'InvalidParameter.EniConnectionTrackingConfiguration',
] as const
