import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allows, matches, readPolicy } from '../src/model/policy.js'

const statement = (Effect: string, Action: unknown, Resource: unknown = '*') => ({ Effect, Action, Resource })
const policy = (...Statement: object[]) => readPolicy({ Version: '1', Statement })
const group = 'acs:ecs:cn-hangzhou:1:securitygroup/sg-1'

describe('a policy', () => {
  it('allows what a statement allows, whatever the case of the action, and nothing else', () => {
    const only = policy(statement('Allow', ['ecs:Describe*', 'ecs:authorizesecuritygroup'], group))
    expect(allows([only], 'ecs:DescribeInstances', [group])).toBe(true)
    expect(allows([only], 'ecs:AuthorizeSecurityGroup', [group])).toBe(true)
    expect(allows([only], 'ecs:DeleteSecurityGroup', [group])).toBe(false)
    expect(allows([only], 'ecs:DescribeInstances', [`${group}0`])).toBe(false)
  })

  it('denies although another statement allows, in either order', () => {
    const [allow, deny] = [statement('Allow', '*'), statement('Deny', 'ecs:Delete*', '*:securitygroup/*')]
    for (const both of [policy(allow, deny), policy(deny, allow)]) {
      expect(allows([both], 'ecs:DeleteSecurityGroup', [group])).toBe(false)
      expect(allows([both], 'ecs:DeleteInstance', ['acs:ecs:cn-hangzhou:1:instance/i-1'])).toBe(true)
    }
  })

  it('must allow every resource of a call, and so must every other policy', () => {
    const [all, one] = [policy(statement('Allow', '*')), policy(statement('Allow', '*', group))]
    expect(allows([all], 'ecs:JoinSecurityGroup', [group, 'x'])).toBe(true)
    expect(allows([one], 'ecs:JoinSecurityGroup', [group, 'x'])).toBe(false)
    expect(allows([all, one], 'ecs:JoinSecurityGroup', [group])).toBe(true)
    expect(allows([all, one], 'ecs:JoinSecurityGroup', ['x'])).toBe(false)
  })

  it('goes by a built-in name', () => {
    const readOnly = readPolicy('read-only')
    for (const action of [
      'ecs:DescribeInstances',
      'resourcemanager:ListResourceGroups',
      'sts:GetCallerIdentity',
    ]) {
      expect(allows([readOnly], action, [group])).toBe(true)
    }
    expect(allows([readOnly], 'vpc:CreateVpc', [group])).toBe(false)
    expect(allows([readPolicy('full')], 'vpc:CreateVpc', [group])).toBe(true)
  })

  it.each([
    ['nonsense', 'it is neither JSON nor the name of a built-in policy (full, read-only)'],
    [{ Version: '2', Statement: [statement('Allow', '*')] }, 'Version must be "1"'],
    [{ Version: '1', Statement: [] }, 'Statement must hold one statement at least'],
    [
      { Version: '1', Statement: [statement('Permit', '*')] },
      'Statement 1: Effect must be "Allow" or "Deny"',
    ],
    [{ Version: '1', Statement: [{ Effect: 'Allow', Action: '*' }] }, 'Statement 1: Resource is missing'],
    [
      { Version: '1', Statement: [{ ...statement('Deny', '*'), Condition: {} }] },
      'Statement 1 has Condition, which is not supported here',
    ],
    [
      { Version: '1', Statement: [{ Effect: 'Allow', NotAction: '*', Resource: '*' }] },
      'Statement 1 has NotAction, which is not supported here',
    ],
  ])('that is not understood is refused: %j', (given, message) => {
    expect(() => readPolicy(given)).toThrow(message)
  })

  it('matches patterns as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (wanted, given) => {
        const escaped = wanted.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
        expect(matches(wanted, given)).toBe(new RegExp(`^${escaped}$`).test(given))
      }),
      { numRuns: 2000 },
    )
  })

  it('takes no longer for a pattern of many stars than the product of the lengths', () => {
    // A backtracking matcher would not come to an end.
    expect(matches('*a'.repeat(200), `${'a'.repeat(128)}b`)).toBe(false)
  })
})
