import { alternate, throughputRow, withBare } from './comparison.mjs'
import { generateLoad } from './processes.mjs'
import { call, CONNECTIONS, createGroups, ECS, permissions, repeat } from './subjects.mjs'

/** Rows about what grows: rules of a group, groups of a region, rules of a call. */

const SECONDS = 3
const WARMUP = 0.5
/** Rounds of the growth row: its two sides take about as long, so that noise decides sooner. */
const GROWTH_ROUNDS = 5
const MANY_GROUPS = 50_000
const FEW_GROUPS = 500
/** No server here takes more batches of 100 rules a second. */
const MOST_BATCHES_PER_SECOND = 3000

const sampleOf = async (server, parameters) => (await repeat(server, parameters, 0.5, 0)).sample

/**
 * The same call again and again while another client renames a group: answers are given again for as long as nothing
 * changes, and here something always does.
 */
async function amidChanges(real, parameters, renamed) {
  const rename = {
    Action: 'ModifySecurityGroupAttribute',
    SecurityGroupId: renamed,
    SecurityGroupName: 'again',
  }
  const changes = repeat(real, rename, SECONDS + WARMUP, 0, 1)
  const report = await repeat(real, parameters, SECONDS, WARMUP)
  await changes
  return report
}

/** Two rows about a description: asked for while nothing changes, and while something does. */
async function descriptionRows(real, [name, changing], parameters, meaning) {
  const [renamed] = await createGroups(real, 1)
  const rates = await withBare(await sampleOf(real, parameters), (bare) =>
    alternate(name, {
      bare: () => repeat(bare, parameters, SECONDS, WARMUP),
      real: () => repeat(real, parameters, SECONDS, WARMUP),
      changing: () => amidChanges(real, parameters, renamed),
    }),
  )
  return [
    throughputRow(name, rates.real, rates.bare, 'ratio >= 0.30', meaning),
    throughputRow(changing, rates.changing, rates.bare, '-', 'the same while another client changes a group'),
  ]
}

/** `describe-attribute.200`: a group with 200 rules, described. */
export async function describeAttributeRows(real) {
  const [group] = await createGroups(real, 1)
  for (const from of [0, 100]) {
    const rules = permissions(100, from)
    await call(real, ECS, 1, { Action: 'AuthorizeSecurityGroupEgress', SecurityGroupId: group, ...rules })
  }
  const parameters = { Action: 'DescribeSecurityGroupAttribute', SecurityGroupId: group }
  const names = ['describe-attribute.200', 'describe-attribute.changing']
  return descriptionRows(real, names, parameters, '32 connections, a group with 200 rules described')
}

/** `describe-groups.50000`: a page of 50 among so many groups; and how much dearer that is than among 500. */
export async function describeGroupsRows(real) {
  const [many, few] = ['cn-shanghai', 'cn-beijing']
  await createGroups(real, MANY_GROUPS, many)
  await createGroups(real, FEW_GROUPS, few)
  const [renamed] = await createGroups(real, 1)
  const page = (RegionId) => ({ Action: 'DescribeSecurityGroups', RegionId, PageSize: '50' })
  const names = ['describe-groups.50000', 'describe-groups.changing']
  const rows = await descriptionRows(
    real,
    names,
    page(many),
    '32 connections, a page of 50 among 50,000 groups',
  )
  const loads = {
    few: () => amidChanges(real, page(few), renamed),
    many: () => amidChanges(real, page(many), renamed),
  }
  const grown = await alternate('describe-groups.growth', loads, GROWTH_ROUNDS)
  const growth = {
    ...{ name: 'describe-groups.growth', value: 1000 / grown.many, unit: 'ms/req' },
    ...{ baseline: 1000 / grown.few, ratio: grown.few / grown.many },
    meaning: 'the page while another client changes a group; baseline: among 500 groups',
    target: 'ratio <= 1.5',
  }
  return [...rows, growth]
}

/** `authorize.batch100`: 100 rules in one call, each call in a group of its own. */
export async function batchRow(real) {
  const batch = (server, groups, seconds, warmupSeconds, again) =>
    generateLoad({
      ...{ ...server, version: ECS, connections: CONNECTIONS, seconds, warmupSeconds },
      ...{ groups, rulesPerGroup: 1, again },
      parameters: {
        ...{ Action: 'AuthorizeSecurityGroupEgress', RegionId: 'cn-hangzhou', SecurityGroupId: null },
        ...permissions(100),
      },
    })
  const fresh = (seconds) => createGroups(real, Math.ceil(seconds * MOST_BATCHES_PER_SECOND) + CONNECTIONS)
  const { sample } = await batch(real, await fresh(0.5), 0.5, 0, false)
  const rates = await withBare(sample, async (bare) =>
    alternate('authorize.batch100', {
      bare: async () => batch(bare, await createGroups(real, CONNECTIONS), SECONDS, WARMUP, true),
      real: async () => batch(real, await fresh(SECONDS + WARMUP), SECONDS, WARMUP, false),
    }),
  )
  const meaning = '32 connections, 100 rules in one call, durable before the answer'
  return throughputRow('authorize.batch100', rates.real, rates.bare, 'ratio >= 0.05', meaning)
}
