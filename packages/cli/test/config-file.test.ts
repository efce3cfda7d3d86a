import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfigFile } from '../src/config-file.js'
import { temporaryFolder } from './running-command.js'

function folderWith(name: string, text: string): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), text)
  return folder
}

describe('the configuration file', () => {
  it('is sallyport.yaml in the working folder when none is named', () => {
    const folder = folderWith('sallyport.yaml', 'quotas:\n  rulesPerGroup: 5\n')
    expect(readConfigFile(undefined, folder)).toEqual({
      path: join(folder, 'sallyport.yaml'),
      content: { quotas: { rulesPerGroup: 5 } },
    })
  })

  it('may be absent only when none is named', () => {
    const folder = temporaryFolder()
    expect(readConfigFile(undefined, folder)).toBeUndefined()
    expect(() => readConfigFile('other.yaml', folder)).toThrow(
      `cannot read configuration file ${join(folder, 'other.yaml')}`,
    )
  })

  it('is not looked for when "none" is named', () => {
    expect(readConfigFile('none', folderWith('sallyport.yaml', 'listen: x'))).toBeUndefined()
  })

  it('may be JSON', () => {
    expect(readConfigFile('c.json', folderWith('c.json', '{"listen": "h:1"}'))?.content).toEqual({
      listen: 'h:1',
    })
  })

  it('is refused with the line of a mistake, and without its text, which may hold a secret', () => {
    const folder = folderWith('sallyport.yaml', 'region: cn-hangzhou\nadminToken: "very-secret\n')
    const read = (): unknown => readConfigFile(undefined, folder)
    expect(read).toThrow(/is not YAML: line \d/)
    expect(read).not.toThrow(/very-secret/)
  })
})
