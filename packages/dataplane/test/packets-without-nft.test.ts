import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './eventually.js'
import { group, rule } from './facts.js'
import type { Stage } from './stage.js'
import { describePackets, setStage } from './stage.js'
import { sh } from './topology.js'

/** Fills a folder with the programs of this PATH, but for nft. */
function fill(folder: string): void {
  const missing = { throwIfNoEntry: false } as const
  for (const place of (process.env['PATH'] ?? '').split(':').filter((one) => statSync(one, missing)))
    for (const program of readdirSync(place))
      if (program !== 'nft' && !lstatSync(join(folder, program), missing))
        symlinkSync(join(place, program), join(folder, program))
}

describePackets('a host without the program nft', () => {
  const path = process.env['PATH']
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-path-'))
  let stage: Stage

  beforeAll(async () => {
    fill(folder)
    process.env['PATH'] = folder
    stage = await setStage([], { countEvery: 200 })
  })
  afterAll(async () => {
    await stage.end()
    process.env['PATH'] = path
    rmSync(folder, { recursive: true })
  })

  it('enforces, counts, and puts right what another hand changed', async () => {
    expect(() => sh('nft --version 2>/dev/null')).toThrow()
    const accept = rule('r-in', 'sg-b', { protocol: 'tcp', destinationPorts: { first: 80, last: 80 } })
    const { errors, can } = await stage.feed.change(
      ...[group('sg-a', stage.vpc), group('sg-b', stage.vpc), accept],
      ...[stage.eni('a', ['10.0.0.1'], ['sg-a']), stage.eni('b', ['10.0.0.2'], ['sg-b'])],
    )
    expect(errors).toEqual([])
    expect(can).toMatchObject({ ipv6: true, nat4: true })
    for (const port of [80, 81]) await stage.at('b').serve('tcp', port)
    const opens = (port: number) => stage.at('a').tcp({ host: '10.0.0.2', port })
    expect([await opens(80), await opens(81)]).toEqual([true, false])
    const counted = () => [...stage.feed.counts.values()].filter((count) => count.rule === 'r-in')
    await eventually(counted).toMatchObject([{ packets: 1 }])
    sh(`ip netns del sp-${stage.vpc}`)
    await eventually(() => stage.feed.reports.at(-1)).toMatchObject({ drifts: { count: 1 }, errors: [] })
    expect([await opens(80), await opens(81)]).toEqual([true, false])
  })
})
