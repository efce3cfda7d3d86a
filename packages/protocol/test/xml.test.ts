import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeXml, xmlElement } from '../src/xml.js'

describe('xmlElement', () => {
  it('repeats a list under its own name, and keeps an empty list’s wrapper', () => {
    expect(xmlElement('Permissions', { Permission: [{ Priority: 1 }, { Priority: 2 }] })).toBe(
      '<Permissions><Permission><Priority>1</Priority></Permission><Permission><Priority>2</Priority></Permission></Permissions>',
    )
    expect(xmlElement('Tags', { Tag: [] })).toBe('<Tags></Tags>')
    expect(xmlElement('Ids', { Id: ['a', 'b'] })).toBe('<Ids><Id>a</Id><Id>b</Id></Ids>')
  })

  it('writes booleans and numbers as JSON does, null and empty text as empty elements, undefined not at all', () => {
    expect(xmlElement('A', { B: true, C: -1.5, D: null, E: '', F: undefined })).toBe(
      '<A><B>true</B><C>-1.5</C><D></D><E></E></A>',
    )
  })

  it('refuses names that XML does not have, and values that JSON does not have', () => {
    expect(() => xmlElement('a b', 1)).toThrow('"a b" is no XML name')
    expect(() => xmlElement('A', { '<x>': 1 })).toThrow('"<x>" is no XML name')
    expect(() => xmlElement('A', 1n)).toThrow('holds a bigint')
  })
})

describe('escapeXml', () => {
  it('escapes markup and drops what XML 1.0 forbids', () => {
    expect(escapeXml('a<b>&c]]>\u0000\u0008\u000b\u001f\ufffe\t\n\r"\'组')).toBe(
      'a&lt;b&gt;&amp;c]]&gt;\t\n&#13;"\'组',
    )
  })

  it('leaves no markup and no forbidden character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeXml(text)
        expect(escaped.replace(/&(?:amp|lt|gt|#13);/g, '')).not.toMatch(/[&<>\r]/)
        for (const char of escaped) {
          const code = char.codePointAt(0) ?? 0
          expect(code >= 0x20 || code === 9 || code === 10).toBe(true)
        }
      }),
    )
  })
})
