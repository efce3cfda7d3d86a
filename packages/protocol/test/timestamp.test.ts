import { describe, expect, it } from 'vitest'
import { parseTimestamp } from '../src/timestamp.js'

describe('parseTimestamp', () => {
  it.each([
    ['2016-02-23T12:46:24Z', Date.UTC(2016, 1, 23, 12, 46, 24)],
    ['2016-02-23T12:46:24.731Z', Date.UTC(2016, 1, 23, 12, 46, 24, 731)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
  ])('reads %s', (text, time) => {
    expect(parseTimestamp(text)).toBe(time)
  })

  it.each([
    '',
    '2016-02-23',
    '2016-02-23T12:46Z',
    '2016-02-23 12:46:24Z',
    '2016-02-23T12:46:24',
    '2016-02-23T12:46:24+08:00',
    '2016-02-30T12:46:24Z',
    '2023-02-29T00:00:00Z',
    '2016-13-01T00:00:00Z',
    '2016-02-23T24:00:00Z',
    '2016-02-23T12:60:00Z',
    ' 2016-02-23T12:46:24Z',
    '1456231584',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })
})
