import type { StringInput } from '@sallyport/protocol'

/** StoppedMode of StopInstance and StopInstances. */
export const stoppedMode = {
  kind: 'string',
  oneOf: ['KeepCharging', 'StopCharging'],
  doc: 'KeepCharging (default) or StopCharging; DescribeInstances shows it.',
} as const satisfies StringInput

export const modeOf = (given: string | undefined): 'KeepCharging' | 'StopCharging' =>
  given === 'StopCharging' ? 'StopCharging' : 'KeepCharging'
