import { ecsWrite } from '../../model/context.js'
import { rebootInstance } from '../../model/instances.js'
import { batchErrors, batchInputs, runBatch } from './instance-batch.js'

export const rebootInstances = ecsWrite({
  name: 'RebootInstances',
  summary: 'Restarts running instances at once. They keep their groups and addresses.',
  inputs: {
    ...batchInputs,
    ForceReboot: { kind: 'boolean', doc: 'An instance here stops at once either way.' },
  },
  errors: batchErrors,
  handle: (input, caller, context) =>
    runBatch(input, caller, context, (row) => rebootInstance(context.session, row, caller.now)),
})
