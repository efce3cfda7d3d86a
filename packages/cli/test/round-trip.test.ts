import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Snapshot, snapshotOf } from '@sallyport/engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { documentText } from '../src/world/document-text.js'
import { factsDocument } from '../src/world/facts-document.js'
import { parseText } from '../src/world/parse-text.js'
import { sourceFrom } from '../src/world/read-file.js'
import { root } from './running-command.js'
import { anySnapshot } from './any-snapshot.js'
import { worldServer } from './world-server.js'

const read = (text: string): Snapshot =>
  snapshotOf(sourceFrom('test.yaml', parseText('test.yaml', text)).world)

/** In no order, and with rules sorted by id: a document groups them. */
const plain = (snapshot: Snapshot): unknown => {
  const by = <T extends { readonly id: string }>(values: readonly T[]): T[] =>
    [...values].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    ...{ vpcs: by(snapshot.vpcs), groups: by(snapshot.groups), rules: by(snapshot.rules) },
    ...{ interfaces: by(snapshot.interfaces), prefixLists: by(snapshot.prefixLists) },
    portLists: by(snapshot.portLists),
  }
}

describe('a world written as a document and read again is the same', () => {
  it('whatever it holds', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const { document, notes } = factsDocument(snapshot)
        expect(notes).toEqual([])
        expect(plain(read(documentText(document)))).toEqual(plain(snapshot))
      }),
      { numRuns: 150 },
    )
  })

  it('when it is what a server holds', async () => {
    const server = await worldServer()
    await server.seed(parse(readFileSync(join(root, 'docs/examples/seed.yaml'), 'utf8')))
    const state = await server.state()
    expect(plain(read(documentText(factsDocument(state).document)))).toEqual(plain(state))
  })

  it('when it was a document without ids, and has none again', () => {
    const text = readFileSync(join(root, 'docs/examples/seed.yaml'), 'utf8')
    const written = documentText(factsDocument(read(text)).document)
    expect(written).not.toMatch(/\bid:/)
    expect(plain(read(written))).toEqual(plain(read(text)))
  })
})

describe('what a document cannot say', () => {
  const empty = {
    epoch: '',
    revision: 0,
    vpcs: [],
    groups: [],
    rules: [],
    interfaces: [],
    prefixLists: [],
    portLists: [],
  }
  const group = { id: 'sg-1', vpc: 'vpc-1', type: 'basic', innerAccess: 'accept' } as const

  it('is refused where it would mean something else', () => {
    expect(() => factsDocument({ ...empty, groups: [group] })).toThrow(
      'sg-1 lies in vpc-1, which the source does not show',
    )
  })

  it('is named where it is left out', () => {
    const { document, notes } = factsDocument({ ...empty, groups: [{ ...group, vpc: '' }] })
    expect(document.accounts[0]?.vpcs).toEqual([])
    expect(notes).toEqual(['1 groups of the classic network are left out: a document has none'])
  })
})
