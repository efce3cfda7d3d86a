import { ecsRead, scopeOf } from '../../model/context.js'
import { pageOf } from '../../model/paging.js'
import { regionOf } from '../../model/regions.js'
import { ecsKinds } from '../../model/taggable.js'
import { parseTagFilter } from '../../model/tags.js'
import { countTagUses, type TagUse } from '../../store/tagged-resources.js'
import { tagInputs } from './shared-inputs.js'
import { oneResourceInputs, requireEcsKind } from './tag-target.js'

export const describeTags = ecsRead({
  name: 'DescribeTags',
  summary: 'Lists tags by key and value, each with how many resources of each type have it.',
  inputs: {
    RegionId: oneResourceInputs.RegionId,
    ResourceType: {
      kind: 'string',
      doc: `Only tags of resources of this type. ${oneResourceInputs.ResourceType.doc}`,
    },
    ResourceId: { kind: 'string', doc: 'Only tags of this resource.' },
    Tag: { ...tagInputs, doc: 'Only these tags, N from 1 to 20; without a value, the key with any.' },
    PageNumber: { kind: 'integer', min: 1, doc: 'Page, from 1.' },
    PageSize: { kind: 'integer', min: 1, max: 100, doc: 'Tags a page, 1 to 100. Default 50.' },
  },
  errors: ['InvalidRegionId.NotFound', 'InvalidResourceType.NotFound', 'InvalidTagKey.Malformed'],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const kinds = input.ResourceType === undefined ? ecsKinds : [requireEcsKind(input.ResourceType)]
    const uses = await countTagUses(session, scope, {
      types: kinds.flatMap(({ as }) => (as ? [as] : [])),
      resourceId: input.ResourceId,
      tags: parseTagFilter(input.Tag),
    })
    const tags = [...byTag(uses).values()].sort((a, b) => compare(a.key, b.key) || compare(a.value, b.value))
    const page = pageOf({ ...input, defaultSize: 50, maxSize: 100 })
    return {
      TotalCount: tags.length,
      PageNumber: page.number,
      PageSize: page.size,
      Tags: {
        Tag: tags.slice(page.offset, page.offset + page.size).map(({ key, value, counts }) => ({
          TagKey: key,
          TagValue: value,
          ResourceTypeCount: { ...noCounts, ...counts },
        })),
      },
    }
  },
})

/** The members of ResourceTypeCount, as the SDK declares them. */
const noCounts = {
  ...{ Instance: 0, Disk: 0, Volume: 0, Image: 0, Snapshot: 0, Securitygroup: 0, Ddh: 0, LaunchTemplate: 0 },
  ...{ Eni: 0, KeyPair: 0, SnapshotPolicy: 0, ReservedInstance: 0 },
}

/** The answer has no member for prefix lists and port lists: their tags are listed and not counted. */
const members: Readonly<Record<string, keyof typeof noCounts>> = {
  instance: 'Instance',
  securitygroup: 'Securitygroup',
  eni: 'Eni',
}

interface DescribedTag {
  readonly key: string
  readonly value: string
  readonly counts: Partial<Record<keyof typeof noCounts, number>>
}

function byTag(uses: readonly TagUse[]): Map<string, DescribedTag> {
  const tags = new Map<string, DescribedTag>()
  for (const { key, value, resource_type, count } of uses) {
    const name = JSON.stringify([key, value])
    const tag = tags.get(name) ?? { key, value, counts: {} }
    const member = members[resource_type]
    tags.set(name, member ? { ...tag, counts: { ...tag.counts, [member]: count } } : tag)
  }
  return tags
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
