import { ecsWrite, scopeOf } from '../../model/context.js'
import { parseEntries } from '../../model/list-entries.js'
import { changeList, checkListTexts, requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import {
  addedPrefixEntries,
  blocksGiven,
  listDescription,
  listName,
  listRegion,
  prefixListId,
  removedPrefixEntries,
} from './list-inputs.js'

export const modifyPrefixList = ecsWrite({
  name: 'ModifyPrefixList',
  summary:
    'Changes name, description and entries of a prefix list. Rules that name it follow at once; what is not given stays.',
  preview: true,
  inputs: {
    RegionId: listRegion,
    PrefixListId: prefixListId,
    PrefixListName: listName,
    Description: listDescription,
    AddEntry: addedPrefixEntries,
    RemoveEntry: removedPrefixEntries,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidPrefixListId.NotFound',
    'InvalidParameter.PrefixListName',
    'InvalidDescription.Malformed#prefix-list',
    'InvalidParameter.CidrMalformed',
    'InvalidParameter.CidrDuplicated',
    'LimitExceed.Entry',
    'LimitExceed.MaxEntries#prefix-list',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'prefix', input.PrefixListId)
    const texts = { name: input.PrefixListName, description: input.Description }
    checkListTexts('prefix', texts)
    const [add = [], remove = []] = parseEntries(
      list,
      blocksGiven('AddEntry', input.AddEntry),
      blocksGiven('RemoveEntry', input.RemoveEntry),
    )
    await changeList(session, list, { ...texts, add, remove })
    return {}
  },
})
