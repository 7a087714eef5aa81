import { applyDelta, type PeerRow, PollAnswer, type SelfEntry, type ViewState, viewState } from '@warren/protocol'
import { digestText, selfDigest, viewDigest } from '@warren/protocol/digest'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Answers, type AnswerText } from '../../src/coordinator/topology/answers.ts'
import type { Sight } from '../../src/coordinator/topology/entries.ts'
import { emptyRows, type NetworkRows, patch, stepTo } from '../../src/coordinator/topology/rows.ts'
import { type Observation, Topology, type Touched } from '../../src/coordinator/topology/topology.ts'
import { type Dice, dice, happen, townPlan } from './random-network.ts'
import { isActive, slowView } from './slow-view.ts'

/** An agent as far as polling goes. */
type Agent = { cursor: string | null; view: ViewState; self: SelfEntry | null }

const NEW: Agent = { cursor: null, view: { peers: new Map(), cidrs: new Map() }, self: null }

const UNSEEN: Sight = { observed: null, candidates: [], relays: [] }

/** What the dice show of a peer: where it is, or through where it reaches somebody. */
function seenAs(at: number, c: number): Partial<Sight> {
  if (at % 3 === 0) return { observed: `198.51.100.${c % 3}:5000` }
  if (at % 3 === 1) return { candidates: [`192.168.0.${c % 3}:5000`] }
  return { relays: c % 2 === 0 ? [] : [{ peer: 1 + (c % 5), at: `203.0.113.1:${5000 + (c % 7)}` }] }
}

/** A coordinator's memory and, beside it, the rows and sights that the slow twin reads. */
class World {
  readonly topology = new Topology()
  answers = new Answers(this.topology, 'first')
  readonly rows: NetworkRows = emptyRows()
  readonly sights = new Map<number, Sight>()
  readonly agents = new Map<number, Agent>()

  constructor() {
    const plan = townPlan()
    patch(this.rows, stepTo(this.rows, plan))
    this.topology.load(plan)
  }

  /** Lets something happen: mostly a change, sometimes an observation, sometimes several changes over a gap. */
  step(given: Dice): Touched | null {
    if (given[3] % 6 === 0) return this.observe(given)
    const change = happen(this.rows, given)
    if (!change) return null
    const revision = this.topology.revision + 1
    if (given[3] % 5 > 0) return this.topology.apply({ ...change, revision })
    const [k, x, y, z] = given
    for (const more of [
      [z, y, x, k],
      [x, z, k, y],
      [y, k, z, x],
      [k + x, y, z, k],
    ] as const)
      happen(this.rows, more)
    return this.topology.load({ ...planOf(this.rows), revision: revision + 1 })
  }

  /** Up to three peers at once are seen somewhere. */
  observe([a, b, c]: Dice): Touched {
    const observations = [a, a + 1 + (b % 5), a + 3].slice(c % 3).map((at): Observation => {
      const peerId = [...this.rows.peers.keys()][at % this.rows.peers.size] ?? 1
      const seen = seenAs(at, c)
      this.sights.set(peerId, { ...UNSEEN, ...this.sights.get(peerId), ...seen })
      return { peerId, ...seen }
    })
    return this.topology.observe(observations)
  }

  readers(): PeerRow[] {
    return [...this.rows.peers.values()].filter(isActive)
  }

  /** What the coordinator says to an agent; null: nothing, the poll is held. */
  ask(reader: PeerRow, agent: Agent): AnswerText | null {
    const placed = this.topology.placed(reader.id)
    if (!placed) throw new Error(`${reader.name} takes part, but has no place`)
    return this.answers.answer(placed, { cursor: agent.cursor, applied: appliedBy(agent) })
  }
}

const planOf = (rows: NetworkRows) => {
  const [network] = rows.networks.values()
  if (!network) throw new Error('no network')
  return {
    network,
    cidrs: [...rows.cidrs.values()],
    peers: [...rows.peers.values()],
    associations: [...rows.associations.values()],
    invitations: [],
  }
}

const appliedBy = ({ view, self }: Agent) =>
  self && { revision: 1, digest: digestText(viewDigest(view)), self: digestText(selfDigest(self)) }

const read = (text: AnswerText): PollAnswer =>
  PollAnswer.parse(JSON.parse(Buffer.concat(text.parts).toString('utf8')).result.data)

/** What an agent does with an answer. */
function told(agent: Agent, answer: PollAnswer): Agent {
  if (answer.kind === 'same') return { ...agent, cursor: answer.cursor }
  const next: Agent =
    answer.kind === 'full'
      ? { cursor: answer.cursor, view: viewState(answer.view), self: answer.self }
      : { cursor: answer.cursor, view: applyDelta(agent.view, answer), self: answer.self ?? agent.self }
  expect(digestText(viewDigest(next.view))).toBe(answer.digest)
  return next
}

function expectCurrent(world: World, reader: PeerRow, agent: Agent): void {
  const { self, peers, cidrs } = slowView(world.rows, world.sights, reader)
  const known = { self: agent.self, peers: byId(agent.view.peers), cidrs: byId(agent.view.cidrs) }
  const allowed = { self, peers: byId(peers), cidrs: byId(cidrs) }
  // Text first: a deep comparison that finds no difference takes most of the time of this file.
  if (JSON.stringify(known) !== JSON.stringify(allowed)) expect(known).toEqual(allowed)
}

const byId = <T>(map: ReadonlyMap<number, T>) => [...map].sort(([a], [b]) => a - b)

/** Polls once for a reader and checks what it knows afterwards against the slow twin. */
function poll(world: World, reader: PeerRow): void {
  const agent = world.agents.get(reader.id) ?? NEW
  const text = world.ask(reader, agent)
  const after = text ? told(agent, read(text)) : agent
  expectCurrent(world, reader, after)
  world.agents.set(reader.id, after)
}

const days = (maxLength: number) => fc.array(dice, { minLength: 1, maxLength, size: 'max' })

test('whatever happens, a lagging agent that polls holds exactly what the rules allow it', () => {
  fc.assert(
    fc.property(days(40), (happenings) => {
      const world = new World()
      for (const given of happenings) {
        world.step(given)
        const readers = world.readers()
        for (const [at, reader] of readers.entries()) if ((given[1] + at) % 3 === 0) poll(world, reader)
      }
      for (const reader of world.readers()) poll(world, reader)
    }),
    { numRuns: 120 },
  )
}, 120_000)

test('an agent that was current is told of what changed in its view, and of nothing else', () => {
  fc.assert(
    fc.property(days(30), (happenings) => {
      const world = new World()
      for (const given of happenings) {
        world.agents.clear()
        for (const reader of world.readers()) poll(world, reader)
        const touched = world.step(given)
        for (const reader of world.readers()) expectMinimal(world, reader, touched)
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)

function expectMinimal(world: World, reader: PeerRow, touched: Touched | null): void {
  const agent = world.agents.get(reader.id)
  const placed = world.topology.placed(reader.id)
  if (!agent || !placed) return
  const text = world.ask(reader, agent)
  const group = placed.hub ? 0 : placed.cidr
  expect(text !== null).toBe(touched !== null && (touched.groups.has(group) || touched.selves.has(reader.id)))
  if (!text) {
    expectCurrent(world, reader, agent)
    return
  }

  const answer = read(text)
  // Everything is sent to whoever shares its view with others now, and to nobody else.
  if (answer.kind === 'full') expect(answer.self.cidr).not.toBe(agent.self?.cidr)
  if (answer.kind !== 'delta') return
  if (answer.self) expect(answer.self).not.toEqual(agent.self)
  for (const peer of answer.peers.upsert) expect(agent.view.peers.get(peer.id)).not.toEqual(peer)
  for (const cidr of answer.cidrs.upsert) expect(agent.view.cidrs.get(cidr.id)).not.toEqual(cidr)
  for (const id of answer.peers.remove) expect(agent.view.peers.has(id)).toBe(true)
  for (const id of answer.cidrs.remove) expect(agent.view.cidrs.has(id)).toBe(true)
  expectCurrent(world, reader, told(agent, answer))
}

test('after a restart, an agent that proves what it holds is told nothing, and any other one everything', () => {
  fc.assert(
    fc.property(days(20), days(3), (happenings, meanwhile) => {
      const world = new World()
      for (const given of happenings) world.step(given)
      for (const reader of world.readers()) poll(world, reader)
      for (const given of meanwhile) world.step(given)
      world.answers = new Answers(world.topology, 'second')
      for (const reader of world.readers()) poll(world, reader)
    }),
    { numRuns: 60 },
  )
}, 120_000)
