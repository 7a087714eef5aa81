import { expect, test } from 'vitest'
import { readEnv } from '../../src/coordinator/env.ts'

const good = {
  DATABASE_URL: 'postgresql://warren@localhost/warren?host=/run/pg',
  WARREN_HUB_SOCKET: '/run/warren/hub.sock',
}

test('the socket is open to its owner alone unless another mode is given', () => {
  expect(readEnv(good).WARREN_HUB_SOCKET_MODE).toBe(0o600)
  expect(readEnv({ ...good, WARREN_HUB_SOCKET_MODE: '0660' }).WARREN_HUB_SOCKET_MODE).toBe(0o660)
})

test('all faults are told at once, and not what a URL may hold', () => {
  const bad = { DATABASE_URL: 'mysql://user:secret@host', WARREN_HUB_SOCKET: 'hub.sock', WARREN_HUB_SOCKET_MODE: '999' }
  expect(() => readEnv(bad)).toThrow(
    `The coordinator cannot start:
- DATABASE_URL is not a postgresql:// URL.
- WARREN_HUB_SOCKET is not an absolute path.
- WARREN_HUB_SOCKET_MODE is not a file mode such as 0660.`,
  )
  expect(() => readEnv({})).toThrow('DATABASE_URL is missing')
})
