/**
 * What an instance is given and merely shows: it has no price, no burstable processor, no metadata service and no
 * public bandwidth that any of this could act on.
 */
export interface InstanceDetails {
  readonly spotStrategy?: string | undefined
  /** Price in decimal text. */
  readonly spotPriceLimit?: string | undefined
  /** Hours. */
  readonly spotDuration?: number | undefined
  readonly spotInterruptionBehavior?: string | undefined
  readonly creditSpecification?: string | undefined
  readonly httpEndpoint?: string | undefined
  readonly httpTokens?: string | undefined
  readonly httpPutResponseHopLimit?: number | undefined
  readonly internetChargeType?: string | undefined
  /** When a subscription ends, ISO 8601 with seconds. */
  readonly expiresAt?: string | undefined
}

/** Whether instances of the type have a performance mode: those of the burstable families, t5 and t6. */
export const isBurstable = (instanceType: string): boolean => /^ecs\.t[56]-/.test(instanceType)

/** Details as the store keeps them: most instances have none. */
export function detailsText(details: InstanceDetails): string {
  const text = JSON.stringify(details)
  return text === '{}' ? '' : text
}

/** Reads what `detailsText` wrote. */
export const readDetails = (text: string): InstanceDetails =>
  text === '' ? {} : (JSON.parse(text) as InstanceDetails)
