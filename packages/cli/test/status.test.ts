import { expect, it } from 'vitest'
import { statusText } from '../src/status.js'

it('status shows how far each agent is, what it cannot do, what is bound there, its errors, what others changed, and which follow a state that is gone', () => {
  const at = '2026-01-01T00:00:00Z'
  const fine = { errors: [], drifts: { count: 0, last: null }, can: null, enforces: true, bound: 0 }
  const agent = { host: 'h1', epoch: 'e', applied: 4, at, ...fine }
  const drifts = { count: 2, last: { vpc: 'vpc-1', what: 'the table is gone', at } }
  expect(
    statusText({
      endpoint: 'http://127.0.0.1:8765',
      admin: null,
      epoch: 'e',
      revision: 5,
      agents: [
        agent,
        { ...agent, host: 'h2', errors: ['vpc-1: no'] },
        { ...agent, host: 'h3', epoch: 'old' },
        { ...agent, host: 'h4', drifts },
        { ...agent, host: 'h5', can: { ipv6: true, nat6: false } },
        { ...agent, host: 'h6', enforces: false },
        { ...agent, host: 'h7', bound: 2 },
      ],
    }).split('\n'),
  ).toEqual([
    'endpoint  http://127.0.0.1:8765',
    'admin     control socket only',
    'revision  5',
    'agent h1  applied 4 of 5 at 2026-01-01T00:00:00Z',
    'agent h2  applied 4 of 5 at 2026-01-01T00:00:00Z  errors: vpc-1: no',
    'agent h3  follows another epoch (old)',
    'agent h4  applied 4 of 5 at 2026-01-01T00:00:00Z  rules changed by another hand and put back: 2, last in vpc-1 at 2026-01-01T00:00:00Z (the table is gone)',
    'agent h5  applied 4 of 5 at 2026-01-01T00:00:00Z  its kernel lacks masquerading of IPv6 (NFT_MASQ): instances reach no IPv6 outside',
    'agent h6  applied 4 of 5 at 2026-01-01T00:00:00Z  enforces nothing',
    'agent h7  applied 4 of 5 at 2026-01-01T00:00:00Z  2 bound links',
    '',
  ])
})
