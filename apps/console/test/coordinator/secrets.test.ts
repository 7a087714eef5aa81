import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Secrets, secretHashOf } from '../../src/coordinator/secrets.ts'

const stored = new Map<number, string>()
const read = vi.fn(async (peerId: number) => stored.get(peerId) ?? null)
let secrets: Secrets

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  stored.clear()
  read.mockClear()
  secrets = new Secrets(read)
})
afterEach(() => vi.useRealTimers())

test('a secret is compared with what was read once', async () => {
  stored.set(1, secretHashOf('right'))
  expect(await secrets.matches(1, 'right')).toBe(true)
  expect(await secrets.matches(1, 'right')).toBe(true)
  expect(await secrets.matches(1, 'wrong')).toBe(false)
  expect(read).toHaveBeenCalledTimes(1)
})

test('a peer without a secret matches nothing', async () => {
  expect(await secrets.matches(1, '')).toBe(false)
  expect(await secrets.matches(1, 'null')).toBe(false)
})

test('a secret that does not match is compared with a fresh hash, but not over and over', async () => {
  secrets.load(new Map([[1, secretHashOf('old')]]))
  stored.set(1, secretHashOf('new'))
  vi.advanceTimersByTime(1_500)
  expect(await secrets.matches(1, 'new')).toBe(true)
  for (let tries = 0; tries < 50; tries += 1) expect(await secrets.matches(1, 'guess')).toBe(false)
  expect(read).toHaveBeenCalledTimes(1)
})

test('a peer that joined again is known by its new secret at once', async () => {
  secrets.load(new Map([[1, secretHashOf('old')]]))
  stored.set(1, secretHashOf('new'))
  await secrets.renew(1)
  expect(await secrets.matches(1, 'new')).toBe(true)
  expect(await secrets.matches(1, 'old')).toBe(false)
  expect(read).toHaveBeenCalledTimes(1)
})

test('a secret cannot be judged while the database is away, and is when it is back', async () => {
  stored.set(1, secretHashOf('right'))
  read.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'))
  await secrets.renew(1)
  await expect(secrets.matches(1, 'right')).rejects.toThrow('away')
  expect(await secrets.matches(1, 'right')).toBe(true)
})
