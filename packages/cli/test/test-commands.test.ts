import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolveSettings, startServer, UserError } from '@sallyport/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { program } from '../src/program.js'
import { afterThisTest, root, temporaryFolder } from './running-command.js'
import { captured } from './static-server.js'

const example = join(root, 'docs/examples/seed.yaml')
let data: string

beforeEach(async () => {
  data = temporaryFolder()
  const flags = { data, listen: '127.0.0.1:0', admin: 'none' }
  const running = await startServer(resolveSettings({ flags, env: {}, cwd: '/' }), () => undefined)
  afterThisTest(() => running.close())
})

/** What a command writes to stdout; its words stand as on the command line. */
async function says(...words: string[]): Promise<string> {
  const { result, stdout } = await captured(() =>
    program(['node', 'sallyport', ...words, '--config', 'none', '--data', data]),
  )
  expect(result).toBe(0)
  return stdout
}

/** The refusal of a command. */
const refused = (...words: string[]): Promise<string> =>
  says(...words).then(
    () => {
      throw new Error(`${words.join(' ')} was not refused`)
    },
    (error: unknown) => {
      if (error instanceof UserError) return error.message
      throw error
    },
  )

const call = (action: string, ...words: string[]) => says('call', action, ...words)
const groups = async (): Promise<number> =>
  Number(await call('DescribeSecurityGroups', '--query', 'TotalCount'))

describe('seed', () => {
  it('makes what a file names, and says so', async () => {
    expect((await says('seed', example)).split('\n')[0]).toMatch(/^made\s+prefix-list\s+offices\s+pl-/)
    expect(await says('seed', example)).not.toContain('made')
    expect(JSON.parse(await says('seed', example, '--json'))).toHaveLength(8)
    expect(await groups()).toBe(2)
  })

  it('names line and path of a mistake', async () => {
    const text = readFileSync(example, 'utf8')
    const write = (changed: string): string => {
      const file = join(data, 'changed.yaml')
      writeFileSync(file, changed)
      return file
    }
    const line = text.split('\n').findIndex((one) => one.includes('maintenance')) + 1
    const wrong = write(text.replace('prefixList: offices }, desc', 'prefixList: shops }, desc'))
    expect(await refused('seed', wrong)).toBe(
      `${wrong}:${line}: accounts[0].vpcs[0].groups[0].ingress[1].from: there is no prefix-list shops in this account and region of the file`,
    )
    const unknown = write(text.replace('zone: cn-hangzhou-h', 'zone: cn-hangzhou-h\n            size: 3'))
    expect(await refused('seed', unknown)).toMatch(
      /:\d+: accounts\[0\]\.vpcs\[0\]\.vswitches\[0\]\.size: is no known key/,
    )
    expect(await refused('seed', write('accounts: ['))).toMatch(/changed\.yaml:1: /)
    expect(await groups()).toBe(0)
  })
})

describe('reset, snapshot and restore', () => {
  it('bring states back, from names and from files', async () => {
    await says('seed', example)
    await says('snapshot', 'save', 'base')
    const file = join(data, 'base.file')
    await says('snapshot', 'export', 'base', file)
    await says('reset')
    expect(await groups()).toBe(0)
    await says('snapshot', 'import', 'copy', file)
    expect((await says('snapshot', 'list')).split('\n').map((line) => line.split(' ')[0])).toEqual([
      'base',
      'copy',
      '',
    ])
    await says('snapshot', 'delete', 'base')
    await says('restore', 'copy')
    expect(await groups()).toBe(2)
    await says('reset', '--account', '1234567890123456')
    expect(await groups()).toBe(0)
  })

  it('refuse files in plain words', async () => {
    await says('snapshot', 'save', 'base')
    expect(await refused('snapshot', 'export', 'base', example)).toContain('EEXIST')
    expect(await refused('snapshot', 'import', 'base', join(data, 'nothing'))).toContain('ENOENT')
    expect(await refused('snapshot', 'import', 'base', example)).toContain('the file is no snapshot')
    expect(await refused('restore', 'unknown')).toContain('there is no snapshot unknown')
  })
})

describe('time', () => {
  it('shows and moves the clock of operations', async () => {
    expect(await says('time')).toContain('real')
    expect(await says('time', 'freeze', '2031-01-01T00:00:00Z')).toBe('2031-01-01T00:00:00.000Z  frozen\n')
    expect(await says('time', 'advance', '1h30m')).toBe('2031-01-01T01:30:00.000Z  frozen\n')
    expect(await says('time', 'release')).toContain('real')
    expect(await refused('time', 'advance', 'soon')).toContain('no duration')
  })
})

describe('fault', () => {
  it('is set, counted and cleared', async () => {
    const set = await says(
      'fault',
      'add',
      'DescribeRegions',
      '--code',
      'ServiceUnavailable',
      '--status',
      '503',
      '--count',
      '1',
    )
    expect(set).toMatch(/^fault 1\s+DescribeRegions\s+answers 503 ServiceUnavailable\s+fired 0 of 1\n$/)
    await captured(() => program(['node', 'sallyport', 'call', 'DescribeRegions', '--data', data]))
    await call('DescribeRegions')
    expect(await says('fault', 'list')).toContain('fired 1 of 1')
    await says(
      'fault',
      'add',
      '*',
      '--throttle',
      '2s',
      '--latency',
      '5ms',
      '--probability',
      '0.5',
      '--seed',
      '7',
    )
    expect(await says('fault', 'list')).toContain('waits 5 ms, answers 400 Throttling.User')
    await says('fault', 'clear', '2')
    await says('fault', 'clear')
    expect(await says('fault', 'list')).toBe('no faults\n')
    expect(await refused('fault', 'add', '*', '--latency', 'long')).toContain('--latency')
    expect(await refused('fault', 'add', '*')).toContain('give error, throttle, drop or latencyMs')
    expect(await refused('fault', 'add', '*', '--status', '500', '--latency', '5ms')).toContain('error.code')
  })
})

describe('calls and audit', () => {
  it('list, await, export and clear what was called', async () => {
    await call('DescribeRegions')
    await call('DescribeZones')
    expect((await says('calls')).match(/Describe\w+/g)).toEqual(['DescribeRegions', 'DescribeZones'])
    expect(await says('calls', '--operation', 'DescribeZones', '--wait', '1')).toContain('DescribeZones')
    expect(await refused('calls', '--operation', 'DescribeVpcs', '--wait', '1', '--timeout', '0')).toContain(
      'only 0 of 1',
    )
    const file = join(data, 'calls.jsonl')
    await says('audit', 'export', file, '--result', 'ok')
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { operation: string }).operation)).toEqual([
      'DescribeRegions',
      'DescribeZones',
    ])
    expect(await says('calls', '--json', '--limit', '1')).toBe(`${lines[1]}\n`)
    expect(await refused('calls', '--timeout', '5')).toContain('"timeout"')
    expect(await refused('calls', '--wait', '1', '--limit', '5')).toContain('"limit"')
    expect(await refused('audit', 'export', file)).toContain('EEXIST')
    await says('audit', 'clear')
    expect(await says('calls')).toBe('no calls\n')
  })
})
