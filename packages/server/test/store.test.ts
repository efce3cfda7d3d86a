import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Revision } from '@sallyport/engine'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeHead, revisionsAfter, startFeed } from '../src/store/changes.js'
import { FolderInUse, openStore, type Store } from '../src/store/database.js'
import { revisionsMentioning } from '../src/store/history.js'
import type { Session, WriteSession } from '../src/store/session.js'
import { statement } from '../src/store/statement.js'

const insertAccount = statement<{ id: string }>()((db, p) =>
  db.insertInto('accounts').values({ id: p.id, name: 'n', properties: '{}', is_default: 0 }),
)
const selectAccounts = statement()((db) => db.selectFrom('accounts').select('id').orderBy('id'))

const accounts = async (session: Session): Promise<string[]> =>
  (await session.all(selectAccounts, {})).map(({ id }) => id)

const addAccount = (id: string) => async (session: WriteSession) => {
  await session.run(insertAccount, { id })
  session.record({ kind: 'vpc', id, value: null })
}

describe('the store', () => {
  let folder: string
  let store: Store
  let committed: Revision[]

  const open = (): Promise<Store> =>
    openStore(
      folder,
      () => new Date(0),
      (revisions) => committed.push(...revisions),
    )

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'))
    committed = []
    store = await open()
    await store.write('a', (session) => startFeed(session, 'epoch'))
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds the revisions that mention any of thousands of ids', async () => {
    await store.write('a', addAccount('1'))
    const ids = Array.from({ length: 5000 }, (_, id) => String(id))
    const found = await store.read((session) => revisionsMentioning(session, ids, { above: 0, upTo: 9 }))
    expect(found.flatMap(({ changes }) => changes.map(({ change }) => change.id))).toEqual(['1'])
  })

  it('undoes a refused write alone, although it shares its commit with others', async () => {
    const outcomes = await Promise.allSettled([
      store.write('a', addAccount('1')),
      store.write('a', async (session) => {
        await addAccount('2')(session)
        throw new Error('refused')
      }),
      store.write('a', addAccount('3')),
      store.write('a', addAccount('1')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(await store.read(accounts)).toEqual(['1', '3'])
  })

  it('gives revisions without a gap, although refused writes had taken one', async () => {
    await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        store.write('a', async (session) => {
          await addAccount(String(index).padStart(2, '0'))(session)
          if (index % 3 === 0) throw new Error('refused')
        }),
      ),
    )
    const kept = await store.read((session) => revisionsAfter(session, 0, 100))
    expect(kept.map(({ revision }) => revision)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1))
    expect(committed).toEqual(kept)
    expect(await store.read(changeHead)).toMatchObject({ epoch: 'epoch', revision: 13 })
  })

  it('shows a read nothing of a write that has not been committed', async () => {
    let seen: string[] | undefined
    await store.write('a', async (session) => {
      await addAccount('1')(session)
      seen = await store.read(accounts)
    })
    expect(seen).toEqual([])
    expect(await store.read(accounts)).toEqual(['1'])
  })

  it('adds no revision for a write that records nothing', async () => {
    await store.write('a', (session) => session.run(insertAccount, { id: '1' }))
    expect(await store.read(changeHead)).toMatchObject({ revision: 0 })
  })

  it('keeps what was written when it is opened again', async () => {
    await store.write('a', addAccount('1'))
    await store.close()
    store = await open()
    expect(await store.read(accounts)).toEqual(['1'])
  })

  it('refuses a second opening of the same folder, and only that', async () => {
    await expect(open()).rejects.toBeInstanceOf(FolderInUse)
    expect(await store.read(accounts)).toEqual([])
  })

  it('finishes accepted writes before it closes', async () => {
    const writes = Array.from({ length: 600 }, (_, index) => store.write('a', addAccount(String(index))))
    await store.close()
    await Promise.all(writes)
    store = await open()
    expect(await store.read(accounts)).toHaveLength(600)
  })

  it('tells every caller of a commit that failed, and goes on', async () => {
    const write = store.write('a', async (session) => {
      await addAccount('1')(session)
      // A statement outside the savepoint's control ends the transaction under it.
      await session.query((db) => ({
        compile: () => ({ ...db.selectFrom('accounts').selectAll().compile(), sql: 'rollback' }),
      }))
    })
    await expect(write).rejects.toThrow()
    await store.write('a', addAccount('2'))
    expect(await store.read(accounts)).toEqual(['2'])
  })
})
