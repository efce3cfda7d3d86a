import { ecsError } from '../../errors/ecs.js'
import { ecsWrite, scopeOf } from '../../model/context.js'
import { parseEntries } from '../../model/list-entries.js'
import { checkListTexts, createList, type NewList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import { requireResourceGroup } from '../../model/resource-groups.js'
import { parseTags } from '../../model/tags.js'
import { listDescription, listName, listRegion, portEntries, portsGiven } from './list-inputs.js'
import { tagInputs } from './shared-inputs.js'

export const createPortRangeList = ecsWrite({
  name: 'CreatePortRangeList',
  summary: 'Creates a port list: ranges of ports that rules can name together.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: listRegion,
    PortRangeListName: { ...listName, required: true },
    MaxEntries: {
      kind: 'integer',
      required: true,
      min: 1,
      doc: 'How many entries the list may ever have, 1 to 2000; a rule that names it counts as so many. Never changes.',
    },
    Description: listDescription,
    Entry: portEntries,
    ResourceGroupId: { kind: 'string', doc: 'Resource group of the list.' },
    Tag: tagInputs,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidParameter.PortRangeListName',
    'InvalidDescription.Malformed#port-list',
    'InvalidOperation.MaxEntriesCountExceed',
    'InvalidParam.Entry',
    'InvalidParameter.PortRange',
    'InvalidParameter.PortRangeDuplicated',
    'LimitExceed.Entry',
    'InvalidTagKey.Malformed',
    'InvalidTagValue.Malformed',
    'Duplicate.TagKey',
    'InvalidResourceGroup.NotFound',
    'InvalidOperation.EntryCountExceedMaxEntries',
    'InvalidOperation.MaxCountExceed',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    checkListTexts('port', { name: input.PortRangeListName, description: input.Description })
    if (input.MaxEntries > settings.quotas.entriesPerPortList)
      throw ecsError('InvalidOperation.MaxEntriesCountExceed')
    const [entries = []] = parseEntries({ kind: 'port', family: 0 }, portsGiven('Entry', input.Entry))
    const tags = parseTags(input.Tag)
    const wanted: NewList = {
      kind: 'port',
      family: 0,
      name: input.PortRangeListName,
      max_entries: input.MaxEntries,
      entries,
      tags,
      description: input.Description ?? '',
      resourceGroup: await requireResourceGroup(session, scope.accountId, input.ResourceGroupId),
    }
    return { PortRangeListId: await createList(session, scope, wanted, settings.quotas, caller.now) }
  },
})
