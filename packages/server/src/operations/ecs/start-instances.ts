import { ecsWrite } from '../../model/context.js'
import { startInstance } from '../../model/instances.js'
import { batchErrors, batchInputs, runBatch } from './instance-batch.js'

export const startInstances = ecsWrite({
  name: 'StartInstances',
  summary: 'Starts stopped instances; they run at once.',
  inputs: batchInputs,
  errors: batchErrors,
  handle: (input, caller, context) =>
    runBatch(input, caller, context, (row) => startInstance(context.session, row, caller.now)),
})
