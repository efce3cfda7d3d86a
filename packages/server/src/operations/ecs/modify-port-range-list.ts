import { ecsWrite, scopeOf } from '../../model/context.js'
import { parseEntries } from '../../model/list-entries.js'
import { changeList, checkListTexts, requireList } from '../../model/lists.js'
import { regionOf } from '../../model/regions.js'
import {
  addedPortEntries,
  listDescription,
  listName,
  listRegion,
  portListId,
  portsGiven,
  removedPortEntries,
} from './list-inputs.js'

export const modifyPortRangeList = ecsWrite({
  name: 'ModifyPortRangeList',
  summary:
    'Changes name, description and entries of a port list. Rules that name it follow at once; what is not given stays.',
  idempotent: true,
  preview: true,
  inputs: {
    RegionId: listRegion,
    PortRangeListId: portListId,
    PortRangeListName: listName,
    Description: listDescription,
    AddEntry: addedPortEntries,
    RemoveEntry: removedPortEntries,
  },
  errors: [
    'InvalidRegionId.NotFound',
    'InvalidPortRangeListId.NotFound',
    'InvalidParameter.PortRangeListName',
    'InvalidDescription.Malformed#port-list',
    'InvalidParameter.PortRange',
    'InvalidParameter.PortRangeDuplicated',
    'LimitExceed.Entry',
    'LimitExceed.MaxEntries#port-list',
  ],
  async handle(input, caller, { session, settings }) {
    const scope = scopeOf(caller, regionOf(settings, input.RegionId).id)
    const list = await requireList(session, scope, 'port', input.PortRangeListId)
    const texts = { name: input.PortRangeListName, description: input.Description }
    checkListTexts('port', texts)
    const [add = [], remove = []] = parseEntries(
      list,
      portsGiven('AddEntry', input.AddEntry),
      portsGiven('RemoveEntry', input.RemoveEntry),
    )
    await changeList(session, list, { ...texts, add, remove })
    return {}
  },
})
