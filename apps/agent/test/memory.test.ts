import { createServer } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { no, ok } from '@warren/cidr'
import type { PeerEntry, PollAnswer } from '@warren/protocol'
import { digestText, viewDigest } from '@warren/protocol/digest'
import { expect, test } from 'vitest'
import { Keeper } from '../src/daemon/keeper.ts'
import { linkTeller } from '../src/daemon/link-teller.ts'
import { Poller } from '../src/daemon/poller.ts'
import { type Mesh, meshClient } from '../src/mesh/client.ts'
import { CONFIG, envIn, key, peer, SELF, secretOf, viewOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory } from './temporary.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** A leak shows in each window, what V8 happens to keep does not. */
const WINDOWS = 3

/** Bytes that a window of so many rounds of `work` leaves held, at least; the first window, which warms up, does not count. */
async function growth(rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  let before = Number.NaN
  let least = Number.POSITIVE_INFINITY
  for (let window = 0; window <= WINDOWS; window += 1) {
    for (let round = 0; round < rounds; round += 1) await work(window * rounds + round)
    collect()
    collect()
    const held = process.memoryUsage().heapUsed
    if (window > 0) least = Math.min(least, held - before)
    before = held
  }
  return least
}

const PEERS = 100
/** How many of them are replaced by others with each change. */
const REPLACED = 50

/** Peer number `n`, as who is there in the given round. */
const inRound = (n: number, round: number): PeerEntry => {
  const generation = Math.floor((round * REPLACED + PEERS - 1 - n) / PEERS)
  const id = 1000 + n + generation * PEERS
  const ip = `10.42.${2 + Math.floor(n / 200)}.${1 + (n % 200)}`
  return peer(id, `peer-${id}`, { key: keyOf(id), ip, at: [`203.0.113.9:${1 + (id % 60_000)}`] })
}
/** Not key(): that one remembers all that it was ever asked for. */
const keyOf = (id: number) => `${Buffer.from(String(id).padStart(32, '0')).toString('base64')}` as PeerEntry['key']

const never = new AbortController().signal

async function node(poll: Mesh['poll']) {
  const dir = await temporaryDirectory()
  const system = fakeSystem({ secretOf })
  let seconds = 0
  const clock = () => ({ monotonicMs: seconds * 1000, unixS: 1_000_000 + seconds })
  const names = { addressesOf: () => [], refresh: async () => false }
  const tools = system.tools(`${dir}/run`)
  const keeper = new Keeper({ env: envIn(dir), tools, config: CONFIG, saved: null, names, clock, log: () => {} })
  const mesh: Mesh = {
    poll,
    redeem: async () => no({ kind: 'aborted' }),
    report: async () => ok({}),
    links: async () => ok({ tag: 'a.1', whole: false }),
    overrideEndpoint: async () => ok({ changed: true }),
    hello: async () => ok({}),
    rotateKey: async () => no({ kind: 'aborted' }),
    keepLine: () => {},
    reset: () => {},
  }
  const teller = linkTeller(mesh, keeper, () => clock().monotonicMs)
  const poller = new Poller(mesh, keeper)
  const turn = async (): Promise<void> => {
    seconds += 5
    await poller.turn(0, never)
    await teller.tell(never)
    system.read()
  }
  return { keeper, turn, system }
}

test('changes without end leave nothing behind', async () => {
  let round = 0
  const answer = async (): Promise<ReturnType<typeof ok<PollAnswer>>> => {
    const view = viewOf(Array.from({ length: PEERS }, (_, n) => inRound(n, round)))
    const head = { cursor: `c${round}`, revision: 6 + round, digest: digestText(viewDigest(view.state)) }
    const peers = [...view.state.peers.values()]
    if (round === 0)
      return ok({ kind: 'full', self: SELF, ...head, view: { peers, cidrs: [...view.state.cidrs.values()] } })
    const before = new Set(Array.from({ length: PEERS }, (_, n) => inRound(n, round - 1).id))
    const remove = [...before].filter((id) => !view.state.peers.has(id))
    const upsert = peers.filter(({ id }) => id >= 1000 && !before.has(id))
    return ok({ kind: 'delta', ...head, peers: { upsert, remove }, cidrs: { upsert: [], remove: [] } })
  }
  const { keeper, turn, system } = await node(answer)
  const grown = await growth(50, async (at) => {
    round = at
    await turn()
  })
  // All that are there now, and none of those before: else the rounds above did nothing.
  expect(keeper.applied?.revision).toBe(6 + round)
  expect([...(system.devices.get('acme')?.peers.keys() ?? [])].sort()).toEqual(
    [key('hub'), ...Array.from({ length: PEERS }, (_, n) => keyOf(inRound(n, round).id))].sort(),
  )
  // 2,500 peers came and went in each window; what is held of a peer is several hundred bytes.
  expect(grown).toBeLessThan(300_000)
}, 120_000)

test('a console that is gone for long leaves nothing behind', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const at = closed.address()
  const port = typeof at === 'object' && at !== null ? at.port : 0
  await new Promise((resolve) => closed.close(resolve))
  const mesh = meshClient({ hosts: ['127.0.0.1'], port, hubKey: key('hub'), secret: CONFIG.peer.secret })
  const { turn } = await node((input, signal) => mesh.poll(input, signal))
  const grown = await growth(500, turn)
  expect(grown).toBeLessThan(250_000)
}, 120_000)
