import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serviceManager } from '../src/service-manager.ts'

let said: string[] = []
beforeEach(() => {
  said = []
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const managed = (variables = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '60000000' }) =>
  serviceManager({
    variables,
    say: async (words) => void said.push(words.join(' ')),
    now: () => Date.now(),
  })

test('readiness is said once, and a line when it is another one', async () => {
  const manager = managed()
  manager.ready()
  manager.status('current, revision 5')
  manager.ready()
  manager.status('current, revision 5')
  manager.status('unreachable')
  await vi.advanceTimersByTimeAsync(0)
  expect(said).toEqual(['--ready', '--status=current, revision 5', '--status=unreachable'])
  manager.close()
})

test('the watchdog hears it three times within its limit, while every promise is kept', async () => {
  const manager = managed()
  manager.promise('asking', 90_000)
  manager.promise('watching', 50_000)
  await vi.advanceTimersByTimeAsync(40_000)
  expect(said).toEqual(['WATCHDOG=1', 'WATCHDOG=1'])
  await vi.advanceTimersByTimeAsync(100_000)
  expect(said).toHaveLength(2)
  manager.promise('watching', 50_000)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(said).toHaveLength(2)
  manager.promise('asking', 90_000)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(said).toHaveLength(3)
  manager.close()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(said).toHaveLength(3)
})

test('a word that cannot be said does not keep the next one from being said', async () => {
  let fails = true
  const manager = serviceManager({
    variables: { NOTIFY_SOCKET: '@x' },
    say: async (words) => {
      if (fails) throw new Error('systemd-notify is not installed')
      said.push(words.join(' '))
    },
    now: () => 0,
  })
  manager.ready()
  await vi.advanceTimersByTimeAsync(0)
  fails = false
  manager.status('x')
  await vi.advanceTimersByTimeAsync(0)
  expect(said).toEqual(['--status=x'])
})

test('where nobody manages the process, nothing is run', async () => {
  const manager = managed({ NOTIFY_SOCKET: '', WATCHDOG_USEC: '60000000' })
  manager.ready()
  manager.promise('asking', 1)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(said).toEqual([])
})
