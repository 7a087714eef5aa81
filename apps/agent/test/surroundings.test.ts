import { no, ok } from '@warren/cidr'
import type { ReportInput } from '@warren/protocol'
import { expect, test } from 'vitest'
import { names } from '../src/daemon/names.ts'
import { reporter } from '../src/daemon/reporter.ts'
import { surroundings } from '../src/daemon/surroundings.ts'
import { turns } from '../src/daemon/turns.ts'

const own = (address: string) => [
  { device: 'eth0', address, internal: false },
  { device: 'acme', address: '10.42.1.7', internal: false },
]
const at = (monotonicS: number, unixS = monotonicS) => ({ monotonicMs: monotonicS * 1000, unixS })
const never = new AbortController().signal

const scene = (address?: string, there = true) => ({
  there,
  roots: ['10.42.0.0/16', 'fd42::/48'],
  ...(address === undefined ? {} : { own: own(address) }),
})

test('other addresses disturb, and so does a sleep; time alone does not, nor not looking', () => {
  const look = surroundings('acme', 40001)
  const glances = [
    look(at(0), scene('192.168.1.7')),
    look(at(1), scene()),
    look(at(2), scene('192.168.2.9')),
    look(at(3), scene()),
    look(at(4, 4000), scene('192.168.2.9')),
    look(at(30, 4026), scene('192.168.2.9')),
  ]
  expect(glances.map((glance) => glance.disturbed)).toEqual([false, false, true, false, true, false])
  expect(glances.map((glance) => glance.candidates[0])).toEqual([
    '192.168.1.7:40001',
    '192.168.1.7:40001',
    ...Array(4).fill('192.168.2.9:40001'),
  ])
})

test('an interface that was there and is gone has vanished, once', () => {
  const look = surroundings('acme', 40001)
  const there = [false, true, false, false, true]
  expect(there.map((is, second) => look(at(second), scene(undefined, is)).vanished)).toEqual([
    false,
    false,
    true,
    false,
    false,
  ])
})

test('what is known of a name outlives a name server that does not answer', async () => {
  let now = 0
  let answer: Promise<string[]> = Promise.resolve(['203.0.113.7'])
  const known = names(
    () => now,
    () => answer,
  )
  expect(known.addressesOf('hub.example.org')).toEqual([])
  expect(await known.refresh(['hub.example.org'])).toBe(true)
  expect(await known.refresh(['hub.example.org'])).toBe(false)
  now = 1e9
  answer = Promise.reject(new Error('SERVFAIL'))
  expect(await known.refresh(['hub.example.org'])).toBe(false)
  expect(known.addressesOf('hub.example.org')).toEqual(['203.0.113.7'])
  now = 2e9
  answer = Promise.resolve(['203.0.113.8'])
  expect(await known.refresh(['hub.example.org'])).toBe(true)
})

test('what is news is told once, and again only after it failed', async () => {
  const told: ReportInput[] = []
  let now = 0
  let reachable = false
  const report = async (input: ReportInput) => {
    told.push(input)
    return reachable ? ok({}) : no({ kind: 'aborted' } as const)
  }
  const news = reporter({ report }, () => now)
  news.note({ candidates: ['203.0.113.7:1'] })
  await news.tell(never)
  await news.tell(never)
  expect(told).toHaveLength(1)
  now = 10_000
  reachable = true
  await news.tell(never)
  await news.tell(never)
  news.note({ fault: 'It was refused.' })
  await news.tell(never)
  expect(told.map(({ candidates, fault }) => [candidates[0], fault])).toEqual([
    ['203.0.113.7:1', null],
    ['203.0.113.7:1', null],
    ['203.0.113.7:1', 'It was refused.'],
  ])
})

test('work is done one piece at a time, in order, and a failure ends only its own', async () => {
  const inTurn = turns()
  const done: number[] = []
  const work = (n: number, ms: number) => () =>
    new Promise<void>((resolve, reject) => {
      setTimeout(() => {
        done.push(n)
        if (n === 2) reject(new Error('two'))
        else resolve()
      }, ms)
    })
  const results = await Promise.allSettled([inTurn(work(1, 20)), inTurn(work(2, 1)), inTurn(work(3, 0))])
  expect(done).toEqual([1, 2, 3])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
