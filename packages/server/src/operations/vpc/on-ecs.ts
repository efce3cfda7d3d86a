import type { Inputs, Operation } from '@sallyport/protocol'

/**
 * The same operation under ECS 2014-05-26, which still lists those of VPC that are older than the VPC product; some
 * clients call them there.
 */
export const onEcs = <Context, S extends Inputs>(
  operation: Operation<Context, S>,
): Operation<Context, S> => ({
  ...operation,
  // A spread loses the method's `this`, which no handler uses.
  handle: (input, caller, context) => operation.handle(input, caller, context),
  product: 'Ecs',
  version: '2014-05-26',
})
