import { ecsError, type EcsErrorKey } from '../../errors/ecs.js'
import { secondsText } from '../../model/context.js'
import { images } from '../../model/images.js'
import { isPassword } from '../../model/instance-names.js'
import { type InstanceDetails, isBurstable } from '../../model/instance-details.js'
import type { NewInstances } from '../../model/instances.js'
import { isDescription } from '../../model/names.js'
import { refuseUnsupported } from '../../model/unsupported.js'
import { type NewInstanceInput, refuseFeatures, unsupportedNames } from './new-instance-inputs.js'

/** What `checkNewInstance` and `describedWish` can refuse. */
export const newInstanceErrors = [
  'UnsupportedParameter',
  'InvalidParameter.Conflict#both',
  'InvalidDescription.Malformed',
  'InvalidPassword.Malformed',
  'InvalidPasswordParam.Mismatch',
] as const satisfies readonly EcsErrorKey[]

/** Checks what RunInstances and CreateInstance share. */
export function checkNewInstance(input: NewInstanceInput): void {
  refuseFeatures(unsupportedNames, input)
  checkCredits(input.CreditSpecification, input.InstanceType ?? '')
  if (input.ImageId !== undefined && input.ImageFamily !== undefined) {
    throw ecsError('InvalidParameter.Conflict#both', 'ImageId', 'ImageFamily')
  }
  if (input.Description !== undefined && !isDescription(input.Description)) {
    throw ecsError('InvalidDescription.Malformed')
  }
  if (input.Password === undefined) return
  if (input.PasswordInherit) throw ecsError('InvalidPasswordParam.Mismatch')
  if (!isPassword(input.Password)) throw ecsError('InvalidPassword.Malformed')
}

/** Only burstable instances have a performance mode. */
export function checkCredits(wanted: string | undefined, instanceType: string): void {
  const plain = wanted !== undefined && !isBurstable(instanceType)
  refuseUnsupported({ [`CreditSpecification of ${instanceType || 'no instance type'}`]: plain })
}

/** How the new instances are described. */
export const describedWish = (input: NewInstanceInput, now: Date) =>
  ({
    name: input.InstanceName,
    hostName: input.HostName,
    description: input.Description ?? '',
    imageId: imageIdOf(input),
    instanceType: input.InstanceType ?? '',
    chargeType: input.InstanceChargeType ?? 'PostPaid',
    keyPairName: input.KeyPairName ?? '',
    deletionProtection: input.DeletionProtection === true,
    details: detailsOf(input, now),
  }) satisfies Partial<NewInstances>

/** The newest image of the family; families that DescribeImages does not list are refused. */
function imageIdOf({ ImageId, ImageFamily }: NewInstanceInput): string {
  if (ImageFamily === undefined) return ImageId ?? ''
  const image = images.find(({ family }) => family === ImageFamily)
  refuseUnsupported({ [`ImageFamily=${ImageFamily}`]: image === undefined })
  return image?.id ?? ''
}

function detailsOf(input: NewInstanceInput, now: Date): InstanceDetails {
  const spot = input.SpotStrategy !== undefined && input.SpotStrategy !== 'NoSpot'
  return {
    ...(spot && {
      spotStrategy: input.SpotStrategy,
      spotPriceLimit: input.SpotPriceLimit,
      spotDuration: input.SpotDuration ?? 1,
      spotInterruptionBehavior: input.SpotInterruptionBehavior ?? 'Terminate',
    }),
    creditSpecification: input.CreditSpecification,
    httpEndpoint: input.HttpEndpoint,
    httpTokens: input.HttpTokens,
    httpPutResponseHopLimit: input.HttpPutResponseHopLimit,
    internetChargeType: input.InternetChargeType,
    ...(input.InstanceChargeType === 'PrePaid' && { expiresAt: secondsText(endOf(input, now)) }),
  }
}

/** When a subscription that begins now ends. */
function endOf({ Period = 1, PeriodUnit = 'Month' }: NewInstanceInput, now: Date): Date {
  const end = new Date(now)
  if (PeriodUnit === 'Week') end.setUTCDate(end.getUTCDate() + 7 * Period)
  else end.setUTCMonth(end.getUTCMonth() + (PeriodUnit === 'Year' ? 12 : 1) * Period)
  return end
}
