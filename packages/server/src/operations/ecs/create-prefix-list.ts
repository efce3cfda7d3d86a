import { raiseGateway } from '@sallyport/protocol'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { parseEntries } from '../../model/list-entries.js'
import { checkListTexts, createList, type NewList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags } from '../../model/tags.js'
import { familyOf } from './list-answer.js'
import { blocksGiven, listDescription, listName, listRegion, prefixEntries } from './list-inputs.js'
import { tagInputs } from './shared-inputs.js'

export const createPrefixList = ecsWrite({
  name: 'CreatePrefixList',
  summary: 'Creates a prefix list: blocks of one address family that rules can name together.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: listRegion,
    PrefixListName: { ...listName, required: true },
    AddressFamily: {
      kind: 'string',
      required: true,
      oneOf: ['IPv4', 'IPv6'],
      invalid: 'InvalidParameter.AddressFamily',
      doc: 'IPv4 or IPv6; never changes.',
    },
    MaxEntries: {
      kind: 'integer',
      required: true,
      min: 1,
      doc: 'How many entries the list may ever have, 1 to 200; a rule that names it counts as so many. Never changes.',
    },
    Description: listDescription,
    Entry: prefixEntries,
    ResourceGroupId: { kind: 'string', doc: 'Resource group of the list.' },
    Tag: tagInputs,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidParameter.PrefixListName',
    'InvalidParameter.AddressFamily',
    'InvalidDescription.Malformed#prefix-list',
    'InvalidParameter.CidrMalformed',
    'InvalidParameter.CidrDuplicated',
    'LimitExceed.Entry',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'LimitExceed.MaxEntries#prefix-list',
    'LimitExceed.PrefixListPerRegion',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const family = familyOf(input.AddressFamily)
    checkListTexts('prefix', { name: input.PrefixListName, description: input.Description })
    if (input.MaxEntries > settings.quotas.entriesPerPrefixList)
      throw raiseGateway('InvalidParameter', 'MaxEntries')
    const [entries = []] = parseEntries({ kind: 'prefix', family }, blocksGiven('Entry', input.Entry))
    const tags = parseTags(input.Tag)
    const wanted: NewList = {
      kind: 'prefix',
      family,
      name: input.PrefixListName,
      max_entries: input.MaxEntries,
      entries,
      tags,
      description: input.Description ?? '',
      resourceGroup: await requireResourceGroup(session, scope.accountId, input.ResourceGroupId),
    }
    return { PrefixListId: await createList(session, scope, wanted, settings.quotas, caller.now) }
  },
})
