import { describe, expect, it } from 'vitest'
import {
  catalogue,
  findingIds,
  findingText,
  locales,
  type MessageKey,
  reasonText,
  say,
} from '../src/index.js'

const keys = Object.keys(catalogue.en) as MessageKey[]

const namesIn = (text: string): string[] => [...new Set(text.match(/\{[^}]*\}/g) ?? [])].sort()

describe('the catalogue of messages', () => {
  it('has the same keys in every language, in the same order', () => {
    for (const locale of locales) expect(Object.keys(catalogue[locale])).toEqual(keys)
  })

  it('names the same things in every language', () => {
    for (const key of keys) {
      const named = namesIn(catalogue.en[key])
      for (const locale of locales) expect([key, namesIn(catalogue[locale][key])]).toEqual([key, named])
    }
  })

  it('has Chinese texts in Chinese', () => {
    const latin = keys.filter((key) => !/\p{Script=Han}/u.test(catalogue.zh[key]))
    expect(latin).toEqual([])
  })

  it('has a title, a reason and a remedy for every finding, and none for what is no finding', () => {
    const about = [
      ...new Set(keys.filter((key) => key.startsWith('finding.')).map((key) => key.split('.')[1])),
    ]
    expect(about.sort()).toEqual([...findingIds])
  })

  it('fills names in, and shows those without a value', () => {
    expect(say('en', 'path.forward', { from: 'a', to: '$&' })).toBe('from a to $&')
    expect(say('zh', 'path.forward', { from: 'a' })).toBe('从 a 到 {to}')
  })

  it('says why a verdict is what it is', () => {
    const rule = { verdict: 'drop', reason: 'rule', rule: 'sgr-1', group: 'sg-1', priority: 7 } as const
    expect(reasonText('en', rule)).toBe('rule sgr-1 of group sg-1 with priority 7 decides')
    const implicit = { rule: null, group: null, priority: null } as const
    expect(reasonText('zh', { verdict: 'drop', reason: 'default', ...implicit })).toContain('默认拒绝')
    expect(reasonText('en', { verdict: 'accept', reason: 'default', ...implicit })).toContain('may leave')
  })

  it('says what a finding is called, why it matters and what to do', () => {
    expect(findingText('en', { id: 'unused-list', params: { list: 'pl-1' } })).toEqual({
      title: 'List that no rule names',
      why: 'No rule names the list pl-1.',
      remedy: 'Delete it, or name it in a rule. Lists count towards the quota of the region.',
    })
  })
})
