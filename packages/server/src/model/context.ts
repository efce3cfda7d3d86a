import type { Caller, Inputs, Operation } from '@sallyport/protocol'
import type { Session, WriteSession } from '../store/session.js'
import type { AccountProperties } from './account-properties.js'
import type { Remember } from './remembered.js'
import type { ErrorGeneration } from './rule-mistakes.js'

/** How many of a thing there may be. Settings with the defaults that Alibaba documents. */
export interface Quotas {
  readonly securityGroupsPerRegion: number
  readonly rulesPerGroup: number
  readonly rulesPerInterface: number
  readonly groupsPerInterface: number
  readonly groupObjectsPerGroup: number
  readonly privateAddressesPerGroup: number
  readonly prefixListsPerRegion: number
  readonly entriesPerPrefixList: number
  readonly associationsPerPrefixList: number
  readonly portListsPerRegion: number
  readonly entriesPerPortList: number
  readonly resourceGroups: number
  readonly tagsPerResource: number
  readonly interfacesPerRegion: number
  readonly vpcsPerRegion: number
  readonly vswitchesPerVpc: number
  readonly secondaryBlocksPerVpc: number
  readonly classicLinksPerVpc: number
  readonly networkPaths: number
  readonly pathAnalyses: number
}

export interface Region {
  readonly id: string
  readonly zones: readonly string[]
}

/** The part of the settings that operations look at. */
export interface ModelSettings {
  /** The server's own region: what an absent RegionId means where the facts let it be absent. */
  readonly region: string
  readonly regions: readonly Region[]
  readonly quotas: Quotas
  readonly errorGeneration: ErrorGeneration
  /** What taking away something that is not there answers: a rule to revoke, a group to leave. */
  readonly revokeAbsent: 'error' | 'success'
}

/** What a handler gets beside its input and its caller. */
export interface ReadContext {
  readonly session: Session
  readonly settings: ModelSettings
  /** What the account that the call is about is beyond its name. */
  readonly account: AccountProperties
}

/** What an operation gets that only reads: its answer may be one that was given before. */
export interface AnswerContext extends ReadContext {
  readonly remember: Remember
}

export interface WriteContext extends ReadContext {
  readonly session: WriteSession
}

type Declared<Context, S extends Inputs> = Omit<
  Operation<Context, S>,
  'product' | 'version' | 'access' | 'idempotent'
> & { readonly idempotent?: true }

/** Any operation, whatever its inputs. The executor gives each the context that its access calls for. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one registry holds operations of all input types
export type AnyOperation = Operation<any>

const declare =
  <Context>(product: string, version: string, access: 'read' | 'write') =>
  <const S extends Inputs>(declared: Declared<Context, S>): Operation<Context, S> => ({
    idempotent: false,
    ...declared,
    // A spread loses the method's `this`, which no handler uses.
    handle: (input, caller, context) => declared.handle(input, caller, context),
    product,
    version,
    access,
  })

/** Declares an ECS 2014-05-26 operation that only reads. */
export const ecsRead = declare<AnswerContext>('Ecs', '2014-05-26', 'read')
/** Declares an ECS 2014-05-26 operation that changes something. */
export const ecsWrite = declare<WriteContext>('Ecs', '2014-05-26', 'write')
/** Declares an STS 2015-04-01 operation; none of them changes what is stored. */
export const stsRead = declare<ReadContext>('Sts', '2015-04-01', 'read')
/** Declares a VPC 2016-04-28 operation that only reads. */
export const vpcRead = declare<ReadContext>('Vpc', '2016-04-28', 'read')
/** Declares a VPC 2016-04-28 operation that changes something. */
export const vpcWrite = declare<WriteContext>('Vpc', '2016-04-28', 'write')

/** Declares a Location 2015-06-12 operation, which only reads. */
export const locationRead = declare<ReadContext>('Location', '2015-06-12', 'read')
/** Declares a Network Intelligence Service (NIS) 2021-12-16 operation that only reads. */
export const nisRead = declare<ReadContext>('Nis', '2021-12-16', 'read')
/** Declares a Network Intelligence Service (NIS) 2021-12-16 operation that changes something. */
export const nisWrite = declare<WriteContext>('Nis', '2021-12-16', 'write')
/** Declares a ResourceManager 2020-03-31 operation that only reads. */
export const resourceManagerRead = declare<ReadContext>('ResourceManager', '2020-03-31', 'read')
/** Declares a ResourceManager 2020-03-31 operation that changes something. */
export const resourceManagerWrite = declare<WriteContext>('ResourceManager', '2020-03-31', 'write')

/** `2026-11-24T03:28:09Z`: rule and group times carry seconds. */
export function secondsText(time: Date): string {
  const second = Math.floor(time.getTime() / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = `${time.toISOString().slice(0, 19)}Z`
  }
  return lastText
}

/** Calls of the same second get the same text. */
let lastSecond = NaN
let lastText = ''

/** `2026-11-24T03:28Z`: instance times carry minutes. `text` is a stored time with seconds. */
export const minutesText = (text: string): string => `${text.slice(0, 16)}Z`

/** The key of everything an account owns in a region. */
export interface Scope {
  readonly accountId: string
  readonly regionId: string
}

export const scopeOf = (caller: Caller, regionId: string): Scope => ({
  accountId: caller.accountId,
  regionId,
})
