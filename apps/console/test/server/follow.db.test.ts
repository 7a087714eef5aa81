import { change, type Db, loadNetwork, openDb, type PeerStatus, readStatus, saveStatus, type Writer } from '@warren/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Held, heldAfter } from '~/features/network/store.ts'
import { copiesKept } from '~/server/network/network-copies.ts'
import { followNetwork, networkState } from '~/server/network/network-state.ts'
import { chance } from './chance.ts'
import { newKey, openWorld, type Plan, plant, refused, type World } from './world.ts'

let world: World
/** The same database seen from another process: it shares no copy with the first. */
let elsewhere: Db
let plan: Plan

beforeAll(async () => {
  world = await openWorld()
  const url = new URL(world.db.url)
  url.searchParams.set('application_name', 'elsewhere')
  elsewhere = openDb(url.href)
  plan = await plant(world.ctx)
})
afterAll(async () => {
  await elsewhere.close()
  await world.stop()
})

/** A browser: it asks through the process of `db`, and what it holds goes through JSON. */
function browser(networkId: number) {
  let held: Held | null = null
  return {
    async ask(db: Db, figures = true): Promise<Held> {
      const news = await followNetwork({ db }, { networkId, since: held?.mark ?? null, figures })
      held = heldAfter(held, JSON.parse(JSON.stringify(news)), Date.now())
      return held
    },
    async news(db: Db, figures = true) {
      return followNetwork({ db }, { networkId, since: held?.mark ?? null, figures })
    },
  }
}

/** What is held, as a program that asks for everything would have it. */
const rowsOf = ({ network, revision, cidrs, peers, associations, invitations, status }: Held) => {
  const live = new Set(peers.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id))
  const observed = status.filter(({ peerId }) => live.has(peerId))
  return { network, revision, cidrs, peers, associations, invitations, status: observed }
}
const truth = async (networkId: number) => {
  return { ...(await loadNetwork(world.db, networkId)), status: await readStatus(world.db, networkId) }
}

const about = (networkId: number) => ({ networkId, actor: world.ctx.actor, kind: 'peer.edited' as const })
const edit = (networkId: number, work: (tx: Writer) => Promise<unknown>) => change(world.db, about(networkId), work)

let added = 0

async function addPeer({ id, infra, prefix }: Plan): Promise<number> {
  added += 1
  const row = {
    cidrId: infra,
    name: `p-${added}`,
    address: prefix.replace('0.0/16', `0.${added + 10}`),
    kind: 'agent' as const,
    publicKey: newKey(),
    enabled: true,
    isAdmin: false,
    listenPort: null,
    endpointOverride: null,
    redeemedAt: '2026-03-01T12:00:00.000Z',
    deletedAt: null,
  }
  const { value } = await change(world.db, about(id), (tx) => tx.insert('peers', row))
  return value.id
}

const status = (peerId: number, more: Partial<PeerStatus>): PeerStatus => ({
  peerId,
  online: true,
  seenAt: '2026-03-01T12:00:00.000Z',
  endpoint: null,
  handshakeAt: null,
  rx: 0,
  tx: 0,
  appliedRevision: null,
  appliedAt: null,
  current: null,
  version: null,
  candidates: [],
  fault: null,
  ...more,
})

/** Something that may happen to a network, by chance. */
async function happen(net: Plan, peers: number[], random: ReturnType<typeof chance>): Promise<void> {
  const peer = peers[random.below(peers.length)] ?? net.hub
  const gone = (await loadNetwork(world.db, net.id))?.peers.find(({ id }) => id === peer)?.deletedAt
  switch (random.below(6)) {
    case 0:
      peers.push(await addPeer(net))
      return
    case 1:
      await edit(net.id, (tx) => tx.update('networks', net.id, { invitationHours: 1 + random.below(100) }))
      return
    case 2:
      await saveStatus(world.db, net.id, [status(peer, { online: random.below(2) === 0, rx: random.below(1000) })])
      return
    case 3:
      await saveStatus(world.db, net.id, [status(peer, { rx: random.below(1000) })])
      return
    case 4:
      if (peer !== net.hub) await edit(net.id, (tx) => tx.update('peers', peer, { enabled: random.below(2) === 0 }))
      return
    default:
      if (peer === net.hub) return
      if (gone) {
        await edit(net.id, (tx) => tx.remove('peers', peer))
        peers.splice(peers.indexOf(peer), 1)
      } else await edit(net.id, (tx) => tx.update('peers', peer, { deletedAt: '2026-03-02T12:00:00.000Z' }))
  }
}

test('whoever follows, through whichever process, holds what loading everything brings', async () => {
  const random = chance(20_261_124)
  const peers: number[] = []
  for (let nth = 0; nth < 8; nth += 1) peers.push(await addPeer(plan))
  const eager = browser(plan.id)
  const lazy = browser(plan.id)
  for (let round = 0; round < 60; round += 1) {
    await happen(plan, peers, random)
    const db = random.below(2) === 0 ? world.db : elsewhere
    expect(rowsOf(await eager.ask(db))).toEqual(await truth(plan.id))
    if (random.below(7) === 0) expect(rowsOf(await lazy.ask(db))).toEqual(await truth(plan.id))
  }
})

test('an answer is never older than its question, however many ask at once', async () => {
  const asked = Array.from({ length: 12 }, async (_, nth) => {
    const { revision } = await edit(plan.id, (tx) => tx.update('networks', plan.id, { invitationHours: 200 + nth }))
    const news = await followNetwork({ db: elsewhere }, { networkId: plan.id, since: null, figures: true })
    return news.mark.revision - (revision ?? Number.NaN)
  })
  expect(Math.min(...(await Promise.all(asked)))).toBeGreaterThanOrEqual(0)
})

test('what happens while the connections are lost is there with the next answer', async () => {
  const follower = browser(plan.id)
  await follower.ask(elsewhere)
  await world.db.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'elsewhere'`,
  )
  const id = await addPeer(plan)
  await saveStatus(world.db, plan.id, [status(id, {})])
  const held = await follower.ask(elsewhere)
  expect(rowsOf(held)).toEqual(await truth(plan.id))
  expect(held.peers.map((peer) => peer.id)).toContain(id)
})

test('a change is told by the rows that it touched', async () => {
  const follower = browser(plan.id)
  const before = await follower.ask(world.db)
  await edit(plan.id, (tx) => tx.update('peers', plan.hub, { isAdmin: true }))
  const news = await follower.news(world.db)
  expect(news.rows).toMatchObject({ whole: false, cidrs: { upsert: [], remove: [] } })
  expect(news.rows?.whole === false && news.rows.peers.upsert.map(({ id }) => id)).toEqual([plan.hub])
  const after = await follower.ask(world.db)
  expect(after.cidrs).toBe(before.cidrs)
  expect(after.peers.filter((peer) => !before.peers.includes(peer)).map(({ id }) => id)).toEqual([plan.hub])
})

test('counters that go on are told only to who asks for figures', async () => {
  const follower = browser(plan.id)
  await saveStatus(world.db, plan.id, [status(plan.hub, { rx: 1 })])
  const before = await follower.ask(world.db)
  await saveStatus(world.db, plan.id, [status(plan.hub, { rx: 2 })])
  expect(await follower.ask(world.db, false)).toBe(before)
  const after = await follower.ask(world.db, true)
  expect(after.status.find(({ peerId }) => peerId === plan.hub)?.rx).toBe(2)
  await saveStatus(world.db, plan.id, [status(plan.hub, { rx: 2, fault: 'no wg' })])
  expect((await follower.ask(world.db, false)).status.find(({ peerId }) => peerId === plan.hub)?.fault).toBe('no wg')
})

test('who is too far behind takes everything again, and keeps what is the same', async () => {
  const net = await plant(world.ctx)
  const follower = browser(net.id)
  const before = await follower.ask(world.db)
  for (let hours = 1; hours <= 205; hours += 1) {
    await edit(net.id, (tx) => tx.update('networks', net.id, { invitationHours: hours }))
  }
  expect((await follower.news(world.db)).rows).toMatchObject({ whole: true })
  const after = await follower.ask(world.db)
  expect(rowsOf(after)).toEqual(await truth(net.id))
  expect(after.peers).toBe(before.peers)
})

test('a history that another one took the place of is not gone on with', async () => {
  const net = await plant(world.ctx)
  const follower = browser(net.id)
  await follower.ask(world.db)
  // As a restored backup would: the same number, made at another time, with other rows.
  await world.db.pool.query(`BEGIN; SET LOCAL session_replication_role = replica;
    UPDATE change SET at = at - interval '1 hour' WHERE network_id = ${net.id};
    UPDATE network SET invitation_hours = 5 WHERE id = ${net.id}; COMMIT`)
  expect((await follower.ask(world.db)).network.invitationHours).toBe(5)
  const { mark } = await follower.news(world.db)
  const later = { ...mark, turned: mark.turned + 1_000_000 }
  const answer = await followNetwork({ db: world.db }, { networkId: net.id, since: later, figures: false })
  expect(answer.status.whole).toBe(true)
})

test('copies are few: the one not asked for the longest goes first, and what does not exist takes no room', async () => {
  await refused(networkState(world.ctx, { networkId: 999_999 }), {
    kind: 'not-found',
    field: 'networkId',
    says: 'There is no such network.',
  })
  for (let nth = 0; nth < 18; nth += 1) await networkState(world.ctx, { networkId: (await plant(world.ctx)).id })
  expect(copiesKept(world.db)).toBe(16)
})
