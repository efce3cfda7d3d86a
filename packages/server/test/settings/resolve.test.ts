import { describe, expect, it } from 'vitest'
import type { SettingInputs } from '../../src/settings/index.js'
import { environmentOf, resolveSettings, rowsFor, settingRows, UserError } from '../../src/settings/index.js'

const resolve = (inputs: Partial<SettingInputs> = {}) =>
  resolveSettings({ flags: {}, env: {}, cwd: '/home/ada', ...inputs })

const file = (content: unknown) => ({ path: '/etc/sallyport/sallyport.yaml', content })

function refusal(inputs: Partial<SettingInputs>): UserError {
  try {
    resolve(inputs)
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('the settings were accepted')
}

describe('precedence', () => {
  const all = {
    flags: { region: 'cn-beijing' },
    env: { SALLYPORT_REGION: 'cn-shanghai' },
    file: file({ region: 'cn-shenzhen' }),
  }

  it('takes a flag before everything', () => {
    const settings = resolve(all)
    expect([settings.region, settings.sources.region]).toEqual(['cn-beijing', 'flag'])
  })

  it('takes the environment before the file', () => {
    const settings = resolve({ ...all, flags: {} })
    expect([settings.region, settings.sources.region]).toEqual(['cn-shanghai', 'environment'])
  })

  it('takes the file before the default', () => {
    const settings = resolve({ ...all, flags: {}, env: {} })
    expect([settings.region, settings.sources.region]).toEqual(['cn-shenzhen', 'file'])
  })

  it('takes the default where nothing is said, and an empty variable says nothing', () => {
    const settings = resolve({ env: { SALLYPORT_REGION: '' } })
    expect([settings.region, settings.sources.region]).toEqual(['cn-hangzhou', 'default'])
  })

  it('merges the quotas of all sources one by one', () => {
    const settings = resolve({
      flags: { 'quotas.rulesPerGroup': '300' },
      env: { SALLYPORT_QUOTAS_GROUPS_PER_INTERFACE: '5' },
      file: file({ quotas: { rulesPerGroup: 7, rulesPerInterface: 1500 } }),
    })
    expect(settings.quotas).toEqual({
      securityGroupsPerRegion: 100,
      rulesPerGroup: 300,
      rulesPerInterface: 1500,
      groupsPerInterface: 5,
      groupObjectsPerGroup: 20,
      privateAddressesPerGroup: 6000,
      prefixListsPerRegion: 100,
      entriesPerPrefixList: 200,
      associationsPerPrefixList: 1000,
      portListsPerRegion: 100,
      entriesPerPortList: 2000,
      resourceGroups: 30,
      tagsPerResource: 20,
      interfacesPerRegion: 1000,
      vpcsPerRegion: 10,
      vswitchesPerVpc: 150,
      secondaryBlocksPerVpc: 5,
      classicLinksPerVpc: 1000,
      networkPaths: 100,
      pathAnalyses: 1000,
    })
  })
})

describe('values', () => {
  it('makes the data folder absolute: from the working folder, or from the folder of the file that names it', () => {
    expect(resolve().data).toBe('/home/ada/.sallyport')
    expect(resolve({ flags: { data: 'd' } }).data).toBe('/home/ada/d')
    expect(resolve({ file: file({ data: 'd' }) }).data).toBe('/etc/sallyport/d')
  })

  it('makes the paths of a certificate and its key absolute in the same way', () => {
    const { tlsCert, tlsKey } = resolve({ flags: { tlsCert: 'c.pem' }, file: file({ tlsKey: 'k.pem' }) })
    expect([tlsCert, tlsKey]).toEqual(['/home/ada/c.pem', '/etc/sallyport/k.pem'])
    expect(resolve().tlsCert).toBe(null)
  })

  it('reads regions as JSON from a variable and as a list from a file', () => {
    const regions = [{ id: 'cn-hangzhou', zones: ['cn-hangzhou-k'] }]
    expect(resolve({ env: { SALLYPORT_REGIONS: JSON.stringify(regions) } }).regions).toEqual(regions)
    expect(resolve({ file: file({ regions }) }).regions).toEqual(regions)
  })

  it('serves regions by default whose zones carry their id', () => {
    const { regions } = resolve()
    expect(regions.map(({ id }) => id)).toContain('ap-southeast-1')
    for (const { id, zones } of regions) {
      expect(zones.length).toBeGreaterThan(0)
      for (const zone of zones) expect(zone.startsWith(id)).toBe(true)
    }
  })

  it('gives settings that nobody can change', () => {
    const settings = resolve()
    expect(() => Object.assign(settings.quotas, { rulesPerGroup: 1 })).toThrow(TypeError)
  })
})

describe('errors', () => {
  it('names the setting, where it came from, the value and what is allowed', () => {
    expect(refusal({ flags: { listen: 'localhost' } }).message).toBe(
      'setting listen (from --listen) is "localhost"; allowed: HOST:PORT',
    )
    expect(refusal({ env: { SALLYPORT_NONCE_LIMIT: '-1' } }).message).toBe(
      'setting nonceLimit (from SALLYPORT_NONCE_LIMIT) is "-1"; allowed: a whole number from 1 to 100000000',
    )
    expect(refusal({ file: file({ quotas: { rulesPerGroup: 'many' } }) }).message).toContain(
      'setting quotas.rulesPerGroup (from quotas.rulesPerGroup in /etc/sallyport/sallyport.yaml) is "many"',
    )
  })

  it('tells all mistakes at once', () => {
    const { message } = refusal({ flags: { admin: 'here', logLevel: 'loud' } })
    expect(message.split('\n')).toHaveLength(2)
  })

  it('never shows the value of a secret', () => {
    const { message } = refusal({
      env: { SALLYPORT_ADMIN_TOKEN: 'too short', SALLYPORT_ACCESS_KEY_SECRET: 'a b' },
    })
    expect(message).toContain('adminToken')
    expect(message).toContain('accessKeySecret')
    expect(message).not.toContain('too short')
    expect(message).not.toContain('a b')
  })

  it.each([
    ['keys that no setting has', { listne: '1', quotas: { rules: 1 } }, ['listne', 'quotas.rules']],
    ['a group that is not one', { quotas: 5 }, ['quotas']],
  ])('refuses a file with %s, by name', (_, content, names) => {
    const { message } = refusal({ file: file(content) })
    for (const name of names) expect(message).toContain(name)
  })

  it('refuses a file that is not a mapping', () => {
    expect(refusal({ file: file(['listen']) }).message).toContain('is not a mapping')
  })

  it('wants both halves of an access key or neither', () => {
    expect(refusal({ flags: { accessKeyId: 'LTAI4test' } }).message).toContain(
      'accessKeyId is given without accessKeySecret',
    )
    expect(refusal({ env: { SALLYPORT_ACCESS_KEY_SECRET: 'secret' } }).message).toContain(
      'accessKeySecret is given without accessKeyId',
    )
  })

  it('wants the region to be one of the regions, each named once', () => {
    expect(refusal({ flags: { region: 'cn-atlantis' } }).message).toContain('setting region is "cn-atlantis"')
    const twice = [
      { id: 'cn-hangzhou', zones: ['a1'] },
      { id: 'cn-hangzhou', zones: ['a2'] },
    ]
    expect(refusal({ file: file({ regions: twice }) }).message).toContain('names "cn-hangzhou" twice')
  })

  it('wants the zones of a region to be named once, and no more than its default VPC has room for', () => {
    const zones = (names: string[]) => file({ regions: [{ id: 'cn-hangzhou', zones: names }] })
    expect(refusal({ file: zones(['a1', 'a2', 'a1']) }).message).toContain('names "a1" twice')
    const many = Array.from({ length: 101 }, (_, index) => `a${index}`)
    expect(refusal({ file: zones(many) }).message).toContain('1 to 100 zones')
    expect(resolve({ file: zones(many.slice(1)) }).regions[0]?.zones).toHaveLength(100)
  })
})

describe('the table', () => {
  it('has defaults that its own schemas accept', () => {
    for (const { name, setting } of settingRows) {
      expect([name, setting.schema.safeParse(setting.default).success]).toEqual([name, true])
    }
  })

  it('derives flag and variable from the name', () => {
    const row = settingRows.find(({ name }) => name === 'quotas.rulesPerGroup')
    expect([row?.flag, row?.variable]).toEqual([
      '--quotas-rules-per-group',
      'SALLYPORT_QUOTAS_RULES_PER_GROUP',
    ])
  })

  it('separates what only enforcement uses', () => {
    expect(rowsFor('up').map(({ name }) => name)).toEqual([
      'uplinkNetns',
      'uplinkRoutes',
      'keepTracked',
      'boundOnly',
      'enforce',
    ])
  })
})

describe('the environment for another process', () => {
  it('makes it resolve the same server settings, with defaults still known as defaults', () => {
    const settings = resolve({
      flags: { listen: '127.0.0.1:0', accessKeyId: 'LTAI4test', accessKeySecret: 's3cret' },
      file: file({ regions: [{ id: 'cn-hangzhou', zones: ['z1'] }], quotas: { rulesPerGroup: 9 } }),
    })
    const again = resolveSettings({ flags: {}, env: environmentOf(settings), cwd: '/' })
    expect({ ...again, sources: null }).toEqual({ ...settings, sources: null })
    expect(again.sources.admin).toBe('default')
  })
})

describe('accounts', () => {
  const one = { id: '2', name: 'a@x', keys: [{ id: 'key', secret: 'very-secret' }] }

  it('are read from a file and from JSON alike, and reach another process whole', () => {
    const settings = resolve({ file: file({ accounts: [one] }) })
    expect(settings.accounts).toEqual([one])
    const text = environmentOf(settings).SALLYPORT_ACCOUNTS ?? ''
    expect(resolve({ env: { SALLYPORT_ACCOUNTS: text } }).accounts).toEqual([one])
  })

  it.each([
    ['an id twice', [one, { ...one, name: 'b@x', keys: [] }], 'gives the id "2" twice'],
    ['a name twice, in another case', [one, { id: '3', name: 'A@X' }], 'gives the name "a@x" twice'],
    ['a key twice', [one, { id: '3', name: 'b@x', keys: one.keys }], 'gives the access key "key" twice'],
    [
      'another name of the first account',
      [{ id: '1234567890123456', name: 'b@x' }],
      'allowed: sallyport@local',
    ],
    [
      'a policy that is not understood',
      [{ ...one, roles: [{ name: 'r', policy: {} }] }],
      'Version must be "1"',
    ],
    [
      'a key id of temporary keys',
      [{ ...one, keys: [{ id: 'STS.x', secret: 'very-secret' }] }],
      '0.keys.0.id',
    ],
    ['a service of too long an id', [{ id: '9'.repeat(20), name: 'a@x', service: true }], 'must be at most'],
    ['an unknown member', [{ ...one, colour: 'red' }], '"colour"'],
  ])('are refused with %s, and no secret is shown', (_, accounts, message) => {
    const { message: said } = refusal({ file: file({ accounts }) })
    expect(said).toContain(message)
    expect(said).not.toContain('very-secret')
  })
})
