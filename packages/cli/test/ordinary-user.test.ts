import { expect, it } from 'vitest'
import { ordinaryOwner } from '../src/ordinary-user.js'

const passwd = [
  'root:x:0:0:root:/root:/bin/bash',
  'ada:x:1000:1001:Ada:/home/ada:/bin/sh',
  'eve:x:1002:0:Eve:/home/eve:/bin/sh',
  'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin',
  '',
].join('\n')

it.each([
  ['the owner of a file, with its own group', { uid: 1000, gid: 5 }, { name: 'ada', uid: 1000, gid: 1001 }],
  ['nobody instead of root', { uid: 0, gid: 0 }, { name: 'nobody', uid: 65534, gid: 65533 }],
  [
    'an owner without an entry, with the group of the file',
    { uid: 7, gid: 8 },
    { name: 'uid 7', uid: 7, gid: 8 },
  ],
  [
    'an owner in the group of root, without that group',
    { uid: 1002, gid: 0 },
    { name: 'eve', uid: 1002, gid: 65534 },
  ],
])('the server runs as %s', (_, owner, expected) => {
  expect(ordinaryOwner(owner, passwd)).toEqual(expected)
})

it('nobody is known even where the user database does not list it', () => {
  expect(ordinaryOwner({ uid: 0, gid: 0 }, '')).toEqual({ name: 'nobody', uid: 65534, gid: 65534 })
})
