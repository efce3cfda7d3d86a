import type { Base, Command, ElementSet, Statement, TableFamily, TimeoutPolicy } from './ruleset.js'
import { TABLE_NAME } from './ruleset.js'

const braced = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`

const operatorText = (operator: '==' | '!='): string => (operator === '!=' ? '!= ' : '')

const maskText = (mask: number | undefined, operator: '==' | '!='): string =>
  mask === undefined ? operatorText(operator) : `and ${mask} ${operator} `

/** A step of a rule as nft reads it. */
export function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'match': {
      const { selector, operator, values, mask } = statement
      return `${selector} ${maskText(mask, operator)}${braced(values)}`
    }
    case 'lookup':
      return `${statement.selectors.join(' . ')} ${operatorText(statement.operator)}@${statement.set}`
    case 'vmap':
      return `${statement.selectors.join(' . ')} vmap @${statement.map}`
    case 'branch':
      return `${statement.selector} vmap { ${statement.cases.map((one) => one.join(' : ')).join(', ')} }`
    case 'state':
      return `ct state ${operatorText(statement.operator)}${statement.states.join(',')}`
    case 'set-mark':
      return statement.keep === undefined
        ? `${statement.of} mark set ${statement.value}`
        : `ct mark set ct mark and ${statement.keep} or ${statement.value}`
    case 'map-mark':
      return `meta mark set ${statement.selectors.join(' . ')} map @${statement.map}`
    case 'set-zone':
      return `ct zone set ${statement.zone}`
    case 'set-timeout':
      return `ct timeout set "${statement.name}"`
    case 'counter':
      return statement.name === null ? 'counter' : `counter name "${statement.name}"`
    case 'limit':
      return `limit rate ${statement.rate}/${statement.per} burst ${statement.burst} packets`
    case 'log': {
      const { prefix, group, snaplen } = statement
      return `log prefix "${prefix}" group ${group}${snaplen === undefined ? '' : ` snaplen ${snaplen}`}`
    }
    case 'masquerade':
      return 'masquerade'
    case 'verdict':
      return statement.verdict
  }
}

/** The steps of a rule as nft reads them. */
export const ruleText = (statements: readonly Statement[]): string => statements.map(statementText).join(' ')

const baseText = ({ type, hook, priority, policy }: Base): string =>
  `type ${type} hook ${hook} priority ${priority}; policy ${policy};`

const kindOf = ({ data }: ElementSet): string => (data === null ? 'set' : 'map')

const typeText = ({ key, data, interval }: ElementSet): string =>
  `${key.join(' . ')}${data === null ? '' : ` : ${data}`}${interval ? '; flags interval' : ''}`

function timeoutText({ protocol, seconds }: TimeoutPolicy): string {
  const policy = Object.entries(seconds).map(([state, time]) => `${state} : ${time}`)
  return `protocol ${protocol}; policy = { ${policy.join(', ')} };`
}

const elementText = ([key, value]: readonly [string, string]): string =>
  value === '' ? key : `${key} : ${value}`

/** A command as nft reads it. */
export function commandText(command: Command, family: TableFamily = 'inet'): string {
  const table = `${family} ${TABLE_NAME}`
  switch (command.do) {
    case 'add-table':
    case 'delete-table':
      return `${command.do.replace('-', ' ')} ${table}`
    case 'add-chain': {
      const base = command.base === null ? '' : ` { ${baseText(command.base)} }`
      return `add chain ${table} ${command.name}${base}`
    }
    case 'flush-chain':
    case 'delete-chain':
      return `${command.do.replace('-', ' ')} ${table} ${command.name}`
    case 'add-rule': {
      const { statements, comment } = command.rule
      return `add rule ${table} ${command.chain} ${ruleText(statements)} comment "${comment}"`
    }
    case 'add-set':
      return `add ${kindOf(command.set)} ${table} ${command.name} { type ${typeText(command.set)}; }`
    case 'delete-set':
      return `delete ${kindOf(command.set)} ${table} ${command.name}`
    case 'add-elements':
    case 'delete-elements': {
      const verb = command.do.split('-')[0] ?? ''
      return `${verb} element ${table} ${command.name} { ${command.elements.map(elementText).join(', ')} }`
    }
    case 'add-timeout':
      return `add ct timeout ${table} ${command.name} { ${timeoutText(command.timeout)} }`
    case 'delete-timeout':
      return `delete ct timeout ${table} ${command.name}`
    case 'add-counter':
    case 'delete-counter':
      return `${command.do.replace('-', ' ')} ${table} ${command.name}`
  }
}

/** Commands as a file for `nft -f`, one a line; '' when there are none. */
export const textOf = (commands: readonly Command[]): string =>
  commands.map((command) => `${commandText(command)}\n`).join('')
