import { describe, expect, it } from 'vitest'
import { isHostName, numberedNames } from '../src/model/instance-names.js'

describe('names of several instances', () => {
  it.each([
    ['a plain name is repeated', 'web', false, ['web', 'web', 'web']],
    ['a suffix counts from 001', 'web', true, ['web001', 'web002', 'web003']],
    ['a range counts with its digits', 'n[8,2]', false, ['n08', 'n09', 'n10']],
    ['a range may have text behind it', 'n[8,2]-x', false, ['n08-x', 'n09-x', 'n10-x']],
    [
      'a range without numbers counts from 0 with six digits',
      'n[,]',
      false,
      ['n000000', 'n000001', 'n000002'],
    ],
    ['a first number too long for the digits takes six', 'n[99,1]', false, ['n000099', 'n000100', 'n000101']],
    ['a number may outgrow its digits', 'n[9,1]', false, ['n9', 'n10', 'n11']],
    ['a range at the end takes no suffix', 'n[1,1]', true, ['n1', 'n2', 'n3']],
    ['a range with text behind it takes one', 'n[1,1]x', true, ['n1x001', 'n2x002', 'n3x003']],
    ['more than six digits are no range', 'n[1,7]', false, ['n[1,7]', 'n[1,7]', 'n[1,7]']],
  ])('%s', (_, name, unique, names) => {
    expect(numberedNames(name, 3, unique)).toEqual(names)
  })
})

describe('host names', () => {
  it.each(['ab', 'a-b.c-d', '1a', 'A'.repeat(64)])('%s is one', (text) => {
    expect(isHostName(text)).toBe(true)
  })
  it.each(['a', 'a_b', '-ab', 'ab.', 'a..b', 'a-.b', 'a--b', 'A'.repeat(65), ''])('%j is none', (text) => {
    expect(isHostName(text)).toBe(false)
  })
})
