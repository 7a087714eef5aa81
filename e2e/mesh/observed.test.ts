import { readLinkPairs, readLinks, readReceipts, readTraffic } from '@warren/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { editNetwork } from '../../apps/console/src/server/network/edit-network.ts'
import { type Member, settled } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { until } from '../lab/until.ts'
import { type Town, town } from './town.ts'

/** Longer than WireGuard, keepalives and the intervals of looking need together. */
const LIMIT_MS = 60_000

let place: Town
let alice: Member
let bob: Member

const networkId = () => place.stack.network.id
const revision = async () => (await place.admin.snapshot()).revision
const codeOf = async (a: string, b: string) => {
  const ids = [(await place.admin.peer(a)).id, (await place.admin.peer(b)).id].sort((x, y) => x - y)
  const pairs = await readLinkPairs(place.stack.db, networkId())
  return pairs.find(([x, y]) => x === ids[0] && y === ids[1])?.[2]
}
const linkOf = async (a: string, b: string) => {
  const { id } = await place.admin.peer(a)
  const links = (await readLinks(place.stack.db, networkId(), [id])).get(id)?.links ?? []
  const other = (await place.admin.peer(b)).id
  return links.find(({ peer }) => peer === other)
}
/** What wg(8) says of one side's keepalives, each once. */
const keepalives = async ({ host }: Pick<Member, 'host'>) => {
  const text = await host.must('wg', ['show', 'acme', 'persistent-keepalive'])
  return [
    ...new Set(
      text
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[1]),
    ),
  ]
}
const complete = (at: number) =>
  until(
    `everybody to have applied revision ${at}`,
    async () => {
      const [receipt] = await readReceipts(place.stack.db, networkId(), [at])
      return receipt && receipt.applied === receipt.affected && receipt
    },
    LIMIT_MS,
  )

beforeAll(async () => {
  place = await town({ humans: '10.42.1.0/24', servers: '10.42.2.0/24' })
  const members = await place.join({ alice: 'humans', bob: 'servers' })
  for (const member of members) {
    if (member.name === 'alice') alice = member
    else bob = member
  }
})
afterAll(() => place?.close())

test('a change is confirmed by everybody whom it concerns, with times', async () => {
  await place.admin.associate('humans', 'servers')
  const receipt = await complete(await revision())
  expect(receipt).toMatchObject({ affected: 2, applied: 2, waiting: [] })
  expect(receipt.p50Ms).toBeGreaterThan(0)
  expect(receipt.slowest?.afterMs).toBeLessThan(LIMIT_MS)
})

test('tunnels that carry packets are seen as live, from both ends and from the hub', async () => {
  expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(both('alice bob', 'alice hub', 'bob hub'))
  for (const [a, b] of [
    ['alice', 'bob'],
    ['alice', 'hub'],
    ['bob', 'hub'],
  ] as const) {
    await until(`the tunnel of ${a} and ${b} to be seen`, async () => (await codeOf(a, b)) === 1, LIMIT_MS)
  }
  await until(
    'both ends to tell',
    async () => (await linkOf('bob', 'alice'))?.live && (await linkOf('alice', 'bob'))?.live,
  )
  const link = await linkOf('alice', 'bob')
  expect(link).toMatchObject({ via: 'direct', at: expect.stringMatching(/:\d+$/), tried: [] })
  expect(link?.shaken).toBeGreaterThan(1_700_000_000)
})

test('another keepalive is in force on every side, and no tunnel ends for it', async () => {
  expect(await keepalives(alice)).toEqual(['25'])
  await editNetwork(place.stack.ctx, { networkId: networkId(), keepaliveS: 1 })
  await until(
    'wg to show it',
    async () => (await keepalives(alice)).join() === '1' && (await keepalives(bob)).join() === '1',
  )
  expect(await settled(place.admin, [alice, bob, place.hub])).toEqual(both('alice bob', 'alice hub', 'bob hub'))
  await complete(await revision())
})

test('a tunnel that was cut is seen as cut, with what was tried, and whoever is off is waited for', async () => {
  const { id } = await place.admin.peer('bob')
  await bob.host.powerOff()
  await place.admin.rename('bob', 'rob')
  const renamed = await revision()
  const waiting = async (): Promise<string | undefined> => {
    const [receipt] = await readReceipts(place.stack.db, networkId(), [renamed])
    return receipt?.waiting.find(({ peerId }) => peerId === id)?.why
  }
  await Promise.all([
    until('bob to be waited for because he is off', async () => (await waiting()) === 'offline', LIMIT_MS),
    until('the tunnel to be seen as cut', async () => (await codeOf('alice', 'rob')) === 0, LIMIT_MS),
  ])
  await until('places to be tried', async () => ((await linkOf('alice', 'rob'))?.tried.length ?? 0) > 0, LIMIT_MS)
  expect(await codeOf('alice', 'hub')).toBe(1)
})

test('what went through tunnels is counted', async () => {
  const { id } = await place.admin.peer('alice')
  const { rx } = await until(
    'bytes',
    async () => {
      const series = await readTraffic(place.stack.db, id, 'day')
      return series.rx.some((bytes) => (bytes ?? 0) > 0) && series
    },
    LIMIT_MS,
  )
  expect(rx.filter((bytes) => bytes !== null).length).toBeGreaterThan(0)
})
