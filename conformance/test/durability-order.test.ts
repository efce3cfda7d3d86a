import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ecs, type Sdk, sdk } from './clients.js'
import { createGroup } from './durability-ledger.js'
import { type Answered, orderProblem, parseTrace, tracePrefix, tracingProblem } from './durability-trace.js'
import { type RunningServer, startServer } from './running-server.js'

const problem = tracingProblem()
if (problem !== undefined) console.warn(`the order of synchronisation and answer is not tested: ${problem}`)

const SEQUENTIAL = 12
const CONNECTIONS = 8
const CALLS_EACH = 6

/** Authorizes a rule whose description is a text of its own, which the log must then hold. */
async function authorizeMarked({ ecs }: Sdk, group: string, number: number): Promise<Answered> {
  const mark = `mark-${String(number).padStart(6, '0')}-end`
  const permission = new Ecs.AuthorizeSecurityGroupEgressRequestPermissions({
    ipProtocol: 'UDP',
    portRange: '53/53',
    destCidrIp: `10.9.${number >> 8}.${number & 255}`,
    description: mark,
  })
  const { body } = await ecs.authorizeSecurityGroupEgress(
    new Ecs.AuthorizeSecurityGroupEgressRequest({
      regionId: 'cn-hangzhou',
      securityGroupId: group,
      permissions: [permission],
    }),
  )
  return { mark, requestId: body?.requestId ?? '' }
}

describe.skipIf(problem !== undefined)('every answer to a write leaves after its data is on the disk', () => {
  let folder: string
  const sequential: Answered[] = []
  const concurrent: Answered[] = []
  let trace: string

  const callTraced = async (server: RunningServer): Promise<void> => {
    const clients = sdk(server)
    const group = await createGroup(clients)
    for (let number = 0; number < SEQUENTIAL; number++) {
      sequential.push(await authorizeMarked(clients, group, number))
    }
    const connection = async (index: number): Promise<void> => {
      const own = sdk(server)
      for (let call = 0; call < CALLS_EACH; call++) {
        concurrent.push(await authorizeMarked(own, group, SEQUENTIAL + index * CALLS_EACH + call))
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => connection(index)))
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-order-'))
    const file = join(folder, 'trace')
    const server = await startServer({ prefix: tracePrefix(file) })
    try {
      await callTraced(server)
    } finally {
      await server.stop()
    }
    trace = readFileSync(file, 'latin1')
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('when calls come one after another', () => {
    expect(sequential).toHaveLength(SEQUENTIAL)
    const calls = parseTrace(trace)
    expect(sequential.flatMap((one) => orderProblem(calls, one) ?? [])).toEqual([])
  })

  it('when calls come together and share a synchronisation', () => {
    expect(concurrent).toHaveLength(CONNECTIONS * CALLS_EACH)
    const calls = parseTrace(trace)
    expect(concurrent.flatMap((one) => orderProblem(calls, one) ?? [])).toEqual([])
  })
})

describe('the reading of a trace', () => {
  const written = '10 pwrite64(7</d/sallyport.db-wal>, "..mark-1-end..", 4096, 32) = 4096'
  const synchronised = '10 fdatasync(7</d/sallyport.db-wal>) = 0'
  const answered = '10 write(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, "HTTP/1.1 200 OK\\r\\n..ID-1..", 90) = 90'
  const other = '10 fdatasync(8</d/sallyport.db>) = 0'
  const verdict = (...lines: string[]) =>
    orderProblem(parseTrace(lines.join('\n')), { mark: 'mark-1-end', requestId: 'ID-1' })

  it('is content with written, synchronised, answered', () => {
    expect(verdict(written, synchronised, answered)).toBeUndefined()
  })

  it.each([
    ['an answer before the synchronisation', [written, answered, synchronised], /left before/],
    ['a synchronisation before the data', [synchronised, written, answered], /not synchronised/],
    ['a synchronisation of another file', [written, other, answered], /not synchronised/],
    [
      'a failed synchronisation',
      [written, `${synchronised.slice(0, -1)}-1 EIO (Input/output error)`, answered],
      /not synchr/,
    ],
    ['data that never reached the log', [synchronised, answered], /not written/],
    ['no answer', [written, synchronised], /no answer/],
  ])('objects to %s', (_what, lines, objection) => {
    expect(verdict(...lines)).toMatch(objection)
  })

  it('takes an interrupted synchronisation as done where it returned', () => {
    const entered = '10 fdatasync(7</d/sallyport.db-wal> <unfinished ...>'
    const returned = '10 <... fdatasync resumed>) = 0'
    const elsewhere = answered.replace(/^10/, '11')
    expect(verdict(written, entered, returned, answered)).toBeUndefined()
    expect(verdict(written, entered, elsewhere, returned)).toMatch(/left before/)
  })
})
