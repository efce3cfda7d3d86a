import {
  type Address,
  type AddressRange,
  type ChangedRegion,
  type Flow,
  type FlowChange,
  formatAddress,
  type Region,
  type WorldDiff,
  widthOf,
} from '@sallyport/engine'

/** A range of addresses as a block where it is one, else as first and last. */
export function rangeText({ family, first, last }: AddressRange): string {
  const text = (bits: bigint): string => formatAddress({ family, bits })
  const size = last - first + 1n
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n
  if (!isBlock) return `${text(first)}-${text(last)}`
  return `${text(first)}/${widthOf(family) - (size.toString(2).length - 1)}`
}

const addressText = (address: Address | undefined): string | undefined => address && formatAddress(address)

const regionAsJson = ({ remote, local, ...rest }: Region) => ({
  ...rest,
  remote: remote.map(rangeText),
  local: local.map(rangeText),
})

const flowAsJson = ({ remote, local, ...rest }: Flow) => ({
  ...rest,
  remote: addressText(remote),
  ...(local ? { local: addressText(local) } : {}),
})

const changedAsJson = ({ region, example, before, after }: ChangedRegion) => ({
  ...{ region: regionAsJson(region), example: flowAsJson(example), before, after },
})

/** Counts are larger than the numbers of JSON hold: they are decimal text. */
const flowsAsJson = ({ count, regions, more }: FlowChange) => ({
  ...{ count: count.toString(), regions: regions.map(changedAsJson), more },
})

/** A diff of worlds in values that JSON has: addresses as text, counts as decimal text. */
export const diffAsJson = ({ interfaces, ...rest }: WorldDiff) => ({
  ...rest,
  interfaces: interfaces.map(({ diff, ...at }) => ({
    ...at,
    diff: { ...diff, opens: flowsAsJson(diff.opens), closes: flowsAsJson(diff.closes) },
  })),
})

/** How many regions, with a plus where there are more than listed. */
const countText = (changes: readonly FlowChange[]): string => {
  const regions = changes.reduce((sum, change) => sum + change.regions.length, 0)
  return `${regions}${changes.some(({ more }) => more) ? '+' : ''}`
}

/** What a diff comes to: `interfaces=3; opens=2; closes=0; dead=1; complete=true`. Opens and closes count regions. */
export function summaryOf({ interfaces, complete }: WorldDiff): string {
  const ids = new Set(interfaces.map(({ id }) => id))
  const dead = new Set(interfaces.flatMap((one) => one.dead.map(({ rule }) => rule)))
  const opens = countText(interfaces.map(({ diff }) => diff.opens))
  const closes = countText(interfaces.map(({ diff }) => diff.closes))
  return `interfaces=${ids.size}; opens=${opens}; closes=${closes}; dead=${dead.size}; complete=${complete}`
}
