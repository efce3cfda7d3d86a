import { ecsWrite } from '../../model/context.js'
import { stopInstance } from '../../model/instances.js'
import { batchErrors, batchInputs, runBatch } from './instance-batch.js'
import { modeOf, stoppedMode } from './stopped-mode.js'

export const stopInstances = ecsWrite({
  name: 'StopInstances',
  summary: 'Stops running instances at once. They keep their addresses.',
  inputs: {
    ...batchInputs,
    StoppedMode: stoppedMode,
    ForceStop: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
  },
  errors: batchErrors,
  handle: (input, caller, context) =>
    runBatch(input, caller, context, (row) => stopInstance(context.session, row, modeOf(input.StoppedMode))),
})
