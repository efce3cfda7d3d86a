import { settingRows } from '@sallyport/server'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { addSettingOptions, settingsOf } from '../src/setting-options.js'
import { temporaryFolder } from './running-command.js'

function parse(args: string[], env: NodeJS.ProcessEnv = {}) {
  const command = addSettingOptions(new Command(), ['server', 'up'])
  command.parse(args, { from: 'user' })
  return settingsOf(command.opts(), env, temporaryFolder())
}

describe('flags', () => {
  it('exist for every setting, and the help names its variable', () => {
    const help = addSettingOptions(new Command(), ['server', 'up']).helpInformation()
    for (const { flag, variable } of settingRows) {
      expect(help).toContain(flag)
      expect(help).toContain(variable)
    }
  })

  it('reach the settings under their names', () => {
    const settings = parse([
      '--quotas-rules-per-group',
      '7',
      '--access-key-id',
      'testid',
      '--access-key-secret',
      'secret',
    ])
    expect(settings.quotas.rulesPerGroup).toBe(7)
    expect([settings.accessKeyId, settings.accessKeySecret]).toEqual(['testid', 'secret'])
  })

  it('win over the environment', () => {
    expect(parse(['--region', 'cn-beijing'], { SALLYPORT_REGION: 'cn-shanghai' }).region).toBe('cn-beijing')
  })

  it.each([
    [['--no-enforce'], 'off'],
    [['--enforce', 'off'], 'off'],
    [['--enforce', 'auto'], 'auto'],
    [[], 'auto'],
  ])('%j means enforcement %s', (args, expected) => {
    expect(parse(args).enforce).toBe(expected)
  })

  it.each([
    [['--uplink-routes'], true],
    [['--uplink-routes', 'false'], false],
    [[], false],
  ])('%j means uplink routes %s', (args, expected) => {
    expect(parse(args).uplinkRoutes).toBe(expected)
  })

  it('name what is wrong', () => {
    expect(() => parse(['--listen', 'nowhere'])).toThrow('setting listen (from --listen) is "nowhere"')
  })
})
