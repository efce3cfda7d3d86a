import { UPLINK } from '../names.js'
import type { NamespaceState, Present, Step } from './model.js'
import { freshLink, freshNamespace, linkStateOf, routeKey, ruleKey, stateOf } from './model.js'

/** Both ends of a pair carry the same alias; removing one end removes the other, and what hangs on them. */
function removePair(present: Present, place: NamespaceState, link: string): void {
  const owner = place.links.get(link)?.owner
  removeEnd(place, link)
  if (!owner) return
  for (const state of [present.uplink, ...present.namespaces.values()]) {
    for (const [name, other] of state.links) {
      if (name !== 'lo' && other.owner?.mark === owner.mark && other.owner.id === owner.id)
        removeEnd(state, name)
    }
  }
}

function removeEnd(state: NamespaceState, link: string): void {
  state.links.delete(link)
  for (const [key, route] of state.routes) if (route.link === link) state.routes.delete(key)
}

/** Changes `present` to what it is after the step: what the kernel does, as pure data. */
export function advance(present: Present, step: Step): void {
  switch (step.do) {
    case 'add-namespace':
      present.namespaces.set(step.namespace, freshNamespace(step.owner))
      linkStateOf(present, step.namespace, 'lo').up = true
      return
    case 'mark-namespace':
      return void stateOf(present, step.namespace).links.set('lo', {
        ...linkStateOf(present, step.namespace, 'lo'),
        owner: step.owner,
        bare: false,
        up: true,
      })
    case 'remove-namespace':
      return void present.namespaces.delete(step.namespace)
    case 'set':
      return void stateOf(present, step.namespace).settings.set(step.setting, step.value)
    case 'add-pair':
      stateOf(present, step.router).links.set(step.link, freshLink(step.owner, ''))
      return void stateOf(present, step.namespace).links.set(step.end, freshLink(step.owner, step.mac))
    case 'add-uplink':
      stateOf(present, step.router).links.set(UPLINK, freshLink(step.owner, ''))
      return void present.uplink.links.set(step.link, freshLink(step.owner, ''))
    case 'remove-link':
      return removePair(present, stateOf(present, step.place), step.link)
    default:
      return advanceLink(present, step)
  }
}

type LinkStep = Exclude<
  Step,
  {
    do:
      | 'add-namespace'
      | 'mark-namespace'
      | 'remove-namespace'
      | 'set'
      | 'add-pair'
      | 'add-uplink'
      | 'remove-link'
  }
>

function advanceLink(present: Present, step: LinkStep): void {
  switch (step.do) {
    case 'set-mac':
      linkStateOf(present, step.place, step.link).mac = step.mac
      return
    case 'set-up':
      linkStateOf(present, step.place, step.link).up = true
      return
    case 'add-address':
      return void linkStateOf(present, step.place, step.link).addresses.add(step.address)
    case 'remove-address':
      return void linkStateOf(present, step.place, step.link).addresses.delete(step.address)
    case 'set-neighbour':
      return void linkStateOf(present, step.place, step.link).neighbours.set(step.address, step.mac)
    case 'remove-neighbour':
      return void linkStateOf(present, step.place, step.link).neighbours.delete(step.address)
    case 'set-route':
      return void stateOf(present, step.place).routes.set(routeKey(step.route), step.route)
    case 'remove-route':
      return void stateOf(present, step.place).routes.delete(routeKey(step))
    case 'add-rule':
      return void stateOf(present, step.place).rules.set(ruleKey(step.rule), step.rule)
    case 'remove-rule':
      return void stateOf(present, step.place).rules.delete(ruleKey(step.rule))
  }
}
