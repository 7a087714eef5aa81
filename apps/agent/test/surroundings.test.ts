import type { NetworkInterfaceInfo } from 'node:os'
import { no, ok } from '@warren/cidr'
import type { ReportInput } from '@warren/protocol'
import { expect, test } from 'vitest'
import { names } from '../src/daemon/names.ts'
import { reporter } from '../src/daemon/reporter.ts'
import { ownAddresses, type Scene, surroundings } from '../src/daemon/surroundings.ts'
import { turns } from '../src/daemon/turns.ts'

const own = (address: string) => [
  { device: 'eth0', address, internal: false, tunnel: false },
  { device: 'acme', address: '10.42.1.7', internal: false, tunnel: true },
]
const at = (monotonicS: number, unixS = monotonicS) => ({ monotonicMs: monotonicS * 1000, unixS })
const never = new AbortController().signal

const scene = (address: string, more: Partial<Scene> = {}): Scene => ({
  traffic: { rx: 1, tx: 1 },
  own: own(address),
  bounds: { inside: ['10.42.0.0/16'] },
  port: 40001,
  ...more,
})
const HOME = '192.168.1.7'

test('a tunnel is known by its kind, not by its name; a mobile modem is none', () => {
  const address: NetworkInterfaceInfo = {
    family: 'IPv4',
    address: '192.0.2.7',
    netmask: '255.255.255.0',
    cidr: '192.0.2.7/24',
    mac: '02:00:00:00:00:01',
    internal: false,
  }
  const types: Record<string, string> = { eth0: '1', office: '65534', wwan0: '65534' }
  const addresses = ownAddresses({
    all: () => Object.fromEntries(['eth0', 'office', 'wwan0', 'hidden'].map((name) => [name, [address]])),
    type: (device) => types[device] ?? null,
    isHardware: (device) => device === 'eth0' || device === 'wwan0',
  })
  expect(addresses.map(({ device, tunnel }) => [device, tunnel])).toEqual([
    ['eth0', false],
    ['office', true],
    ['wwan0', false],
    ['hidden', false],
  ])
})

test('other addresses disturb, and so do another port and a sleep; time alone does not', () => {
  const look = surroundings('acme')
  const glances = [
    look(at(0), scene(HOME)),
    look(at(1), scene(HOME)),
    look(at(2), scene('192.168.2.9')),
    look(at(3), scene('192.168.2.9')),
    look(at(4, 4000), scene('192.168.2.9')),
    look(at(30, 4026), scene('192.168.2.9')),
    look(at(31, 4027), scene('192.168.2.9', { port: 40002 })),
  ]
  expect(glances.map((glance) => glance.disturbed)).toEqual([false, false, true, false, true, false, true])
  expect(glances.map((glance) => glance.candidates[0])).toEqual([
    ...Array(2).fill('192.168.1.7:40001'),
    ...Array(4).fill('192.168.2.9:40001'),
    '192.168.2.9:40002',
  ])
})

test('an interface that was there and is gone has vanished, once', () => {
  const look = surroundings('acme')
  const there = [false, true, false, false, true]
  const vanished = there.map(
    (is, second) => look(at(second), scene(HOME, { traffic: is ? { rx: 0, tx: 0 } : null })).vanished,
  )
  expect(vanished).toEqual([false, false, true, false, false])
})

test('silence means something only after something was sent, and is over as soon as anything comes', () => {
  const look = surroundings('acme')
  const seen = [
    [0, 5, 5],
    [30, 5, 5],
    [31, 5, 6],
    [32, 6, 6],
    [33, 6, 7],
    [34, 6, 8],
    [35, 6, 90],
    [36, 7, 90],
  ].map(([second = 0, rx = 0, tx = 0]) => {
    const { quiet, hushed, busy } = look(at(second), scene(HOME, { traffic: { rx, tx } }))
    return [second, quiet, hushed, busy]
  })
  expect(seen).toEqual([
    [0, false, false, false],
    [30, false, false, false],
    [31, false, false, false],
    [32, false, false, false],
    [33, false, false, false],
    [34, true, false, false],
    [35, true, true, true],
    [36, false, false, false],
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

test('a name is looked up once at a time, however often and for how long it is asked for', async () => {
  let now = 0
  const lookups: ((addresses: string[]) => void)[] = []
  const known = names(
    () => now,
    () => new Promise((resolve) => lookups.push(resolve)),
  )
  const host = 'hub.example.org'
  const both = [known.refresh([host]), known.refresh([host], [host])]
  // Nobody answers in time, and it is due again while the system's resolver still waits.
  expect(await Promise.all(both)).toEqual([false, false])
  now = 60_000
  const third = known.refresh([host])
  expect(lookups).toHaveLength(1)
  lookups[0]?.(['203.0.113.7'])
  expect(await third).toBe(true)
  expect(known.addressesOf(host)).toEqual(['203.0.113.7'])
  now = 1e9
  const fourth = known.refresh([host])
  expect(lookups).toHaveLength(2)
  lookups[1]?.(['203.0.113.7'])
  expect(await fourth).toBe(false)
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
