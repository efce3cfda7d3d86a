import { UserError } from '@sallyport/server'
import { describe, expect, it } from 'vitest'
import { worldFrom } from '@sallyport/engine'
import { lintCommand, lintText } from '../../src/explaining/lint.js'
import { plainStyle as plain } from '../plain-style.js'

const nothing = worldFrom({
  ...{ epoch: 'e', revision: 1, vpcs: [], groups: [], rules: [] },
  ...{ interfaces: [], prefixLists: [], portLists: [] },
})

describe('lint', () => {
  it('says that it found nothing only when it came to its end', () => {
    const clean = { findings: [], complete: true, covered: 1 }
    expect(lintText(clean, nothing, plain)).toBe('no findings\n')
    expect(lintText(clean, nothing, { ...plain, locale: 'zh' })).toBe('没有发现问题\n')
    expect(lintText({ ...clean, complete: false, covered: 0.5 }, nothing, plain)).not.toContain('no findings')
  })

  it('prints one format: two are refused', () => {
    const source = { world: nothing, names: new Map<string, string>(), notes: [] }
    expect(() => lintCommand(source, { sarif: true, json: true }, plain)).toThrow(UserError)
  })
})
