import type { PublicKey } from '@warren/protocol'
import type { Path } from '../src/plan/path-state.ts'
import { stepPaths } from '../src/plan/paths.ts'
import { key, live } from './cast.ts'

/** How a node's gateway treats packets: keeps the port for everybody, takes another for each destination, or there is none. */
export type Nat = 'none' | 'cone' | 'symmetric'

export type World = {
  readonly nats: readonly [Nat, Nat]
  /** Both behind one gateway, which does not send packets back inside. */
  readonly oneLan: boolean
  /** Milliseconds from anybody to anybody. */
  readonly latencyMs: number
  /** How far the second node's clock is from the first one's, and when its agent starts after the first one's. */
  readonly skewMs: number
  readonly laterMs: number
  /** How often each node has something to say to the other. */
  readonly dataMs: number
}

/** Specified in WireGuard's whitepaper, 6.1 and 5.4. */
const REKEY_TIMEOUT_MS = 5_000
const SIZE = { init: 148, response: 92, data: 128, keepalive: 32 } as const
/** As long as Linux remembers an unanswered UDP packet. */
const NAT_MS = 30_000
const KEEPALIVE_S = 25
/** When the console opens a relay, after both nodes told that every place was tried in vain. */
const PATIENCE_MS = 3_000

type Kind = keyof typeof SIZE
type Packet = { kind: Kind; session: number; from: string; to: string }
type Device = {
  endpoint: string | null
  keepalive: number
  session: number | null
  next: number | null
  former: number | null
  pending: number | null
  initAt: number
  handshakeAt: number
  rx: number
  tx: number
}

const fresh = (): Device => ({
  endpoint: null,
  keepalive: 0,
  session: null,
  next: null,
  former: null,
  pending: null,
  initAt: Number.NEGATIVE_INFINITY,
  handshakeAt: 0,
  rx: 0,
  tx: 0,
})

const NAMES = ['ana', 'bo'] as const
const HUB = '203.0.113.10'
const relayOf = (side: number): string => `${HUB}:5200${side}`

/** Two nodes, their gateways, a hub and a console, as simple as they can be told; everything happens in `run`. */
export class TwoNodes {
  readonly #world: World
  readonly #queue: { at: number; what: () => void }[] = []
  readonly #devices = [fresh(), fresh()]
  #paths: ReadonlyMap<PublicKey, Path>[] = [new Map(), new Map()]
  readonly #sent = [new Map<string, number>(), new Map<string, number>()]
  readonly #seenByRelay: (string | null)[] = [null, null]
  readonly #due = [0, 0]
  readonly #moves = [0, 0]
  #relays = false
  #vainSince: number | null = null
  #sessions = 0
  now = 0
  /** Nothing gets from one to the other directly. */
  blocked = false

  constructor(world: World) {
    this.#world = world
    for (const side of [0, 1]) {
      this.#every(1_000, side * world.laterMs, () => this.#look(side))
      this.#every(world.dataMs, 500 + side * 37, () => this.#send(side, 'data'))
      this.#every(KEEPALIVE_S * 1_000, 0, () => this.#devices[side]?.keepalive && this.#send(side, 'keepalive'))
      this.#every(100, 50, () => this.#retransmit(side))
    }
    this.#every(500, 250, () => this.#console())
  }

  /** Goes on until `untilMs`. */
  run(untilMs: number): this {
    for (;;) {
      const next = this.#queue.reduce<number>(
        (best, { at }, i) => (at < (this.#queue[best]?.at ?? Infinity) ? i : best),
        0,
      )
      const event = this.#queue[next]
      if (!event || event.at > untilMs) break
      this.#queue.splice(next, 1)
      this.now = event.at
      event.what()
    }
    this.now = untilMs
    return this
  }

  /** How each node reaches the other: the state that its agent believes in, and through where. */
  get ways(): string[] {
    return [0, 1].map((side) => {
      const path = this.#paths[side]?.get(this.#peer(side))
      const at = this.#device(side).endpoint
      const isRelayed = at?.startsWith(HUB) || path?.attempt != null
      return path?.state === 'works' ? (isRelayed ? 'relay' : 'direct') : 'none'
    })
  }

  /** How often the agents sent each other elsewhere. */
  get moves(): number {
    return this.#moves.reduce((sum, moves) => sum + moves, 0)
  }

  #every(ms: number, firstAt: number, what: () => void): void {
    const again = (): void => {
      what()
      this.#queue.push({ at: this.now + ms, what: again })
    }
    this.#queue.push({ at: firstAt, what: again })
  }

  #device = (side: number): Device => this.#devices[side] ?? fresh()
  #peer = (side: number): PublicKey => key(NAMES[1 - side] ?? 'bo')
  #lan = (side: number): string => `192.168.${this.#world.oneLan ? 7 : side}.${side + 1}:1`

  /** Where a packet seems to come from, outside. */
  #outside(side: number, to: string): string {
    const nat = this.#world.nats[side]
    const ip = this.#world.oneLan ? '198.51.100.7' : `198.51.100.${side + 1}`
    return nat === 'symmetric' ? `${ip}:${2000 + side * 500 + (hash(to) % 499)}` : `${ip}:${1000 + side}`
  }

  #candidates = (side: number): string[] => [this.#outside(side, HUB), this.#lan(side)]

  #console(): void {
    const vain = [0, 1].some((side) => {
      const path = this.#paths[side]?.get(this.#peer(side))
      return path !== undefined && path.state === 'tries' && path.exhausted
    })
    if (!vain) this.#vainSince = null
    else this.#vainSince ??= this.now
    if (this.#vainSince !== null && this.now - this.#vainSince >= PATIENCE_MS && !this.#relays) {
      this.#relays = true
      for (const side of [0, 1]) this.#queue.push({ at: this.now + 20 + side * 60, what: () => this.#look(side) })
    }
  }

  #look(side: number): void {
    const device = this.#device(side)
    const peer = this.#peer(side)
    if (this.now + 1 < this.#world.laterMs * side) return
    const unixS = 1_700_000_000 + (this.now + side * this.#world.skewMs) / 1000
    const { paths, moves, dueAt } = stepPaths({
      ownKey: key(NAMES[side] ?? 'ana'),
      peers: [{ key: peer, candidates: this.#candidates(1 - side), relay: this.#relays ? relayOf(side) : null }],
      live: new Map(
        device.endpoint === null
          ? []
          : [
              [
                peer,
                {
                  ...live('x'),
                  ...device,
                  key: peer,
                  handshakeAt: device.handshakeAt && unixS - (this.now - device.handshakeAt) / 1000,
                },
              ],
            ],
      ),
      paths: this.#paths[side] ?? new Map(),
      now: { monotonicMs: this.now, unixS },
      keepaliveS: KEEPALIVE_S,
    })
    this.#paths[side] = paths
    const move = moves.get(peer)
    if (move) {
      this.#moves[side] = (this.#moves[side] ?? 0) + 1
      if (move.remake || device.endpoint === null) this.#devices[side] = fresh()
      Object.assign(this.#device(side), { endpoint: move.to, keepalive: KEEPALIVE_S })
      this.#send(side, 'keepalive')
    }
    if (dueAt < (this.#due[side] ?? 0) || (this.#due[side] ?? 0) <= this.now) {
      this.#due[side] = dueAt
      if (dueAt - this.now < 1_000)
        this.#queue.push({ at: Math.max(dueAt, this.now + 50), what: () => this.#look(side) })
    }
  }

  /** Data, a keepalive, or the initiation that either needs first. */
  #send(side: number, kind: Kind): void {
    const device = this.#device(side)
    if (device.endpoint === null) return
    if (device.session !== null) this.#transmit(side, kind, device.session)
    else if (this.now - device.initAt >= REKEY_TIMEOUT_MS) this.#initiate(side)
  }

  #initiate(side: number): void {
    const device = this.#device(side)
    this.#sessions += 1
    Object.assign(device, { pending: this.#sessions, initAt: this.now })
    this.#transmit(side, 'init', this.#sessions)
  }

  #retransmit(side: number): void {
    const { pending, initAt, endpoint } = this.#device(side)
    if (pending !== null && endpoint !== null && this.now - initAt >= REKEY_TIMEOUT_MS + side * 130)
      this.#initiate(side)
  }

  #transmit(side: number, kind: Kind, session: number): void {
    const device = this.#device(side)
    const to = device.endpoint
    if (to === null) return
    device.tx += SIZE[kind]
    const from = to === this.#lan(1 - side) ? this.#lan(side) : this.#outside(side, to)
    this.#sent[side]?.set(`${from} ${to}`, this.now)
    this.#queue.push({
      at: this.now + this.#world.latencyMs,
      what: () => this.#arrive(side, { kind, session, from, to }),
    })
  }

  /** A packet of `side`'s reaches whatever is at its destination. */
  #arrive(side: number, packet: Packet): void {
    const other = 1 - side
    if (packet.to === relayOf(side)) this.#relay(side, packet)
    if (this.blocked) return
    if (packet.to === this.#lan(other)) {
      if (this.#world.oneLan) this.#receive(other, packet)
      return
    }
    if (this.#world.oneLan) return
    if (this.#passes(other, packet)) this.#receive(other, packet)
  }

  /** Whether a gateway lets a packet in: only answers to what was sent from that port to that address. */
  #passes(side: number, { from, to }: Packet): boolean {
    const isHere = to === this.#outside(side, from)
    if (this.#world.nats[side] === 'none') return isHere
    return isHere && this.now - (this.#sent[side]?.get(`${to} ${from}`) ?? Number.NEGATIVE_INFINITY) < NAT_MS
  }

  #relay(side: number, packet: Packet): void {
    if (packet.kind === 'init' || packet.kind === 'response') this.#seenByRelay[side] = packet.from
    const other = 1 - side
    if (this.#seenByRelay[other] === null || this.#seenByRelay[side] !== packet.from) return
    const passed = { ...packet, from: relayOf(other), to: this.#seenByRelay[other] ?? '' }
    this.#queue.push({ at: this.now + this.#world.latencyMs, what: () => this.#receive(other, passed) })
  }

  #receive(side: number, { kind, session, from }: Packet): void {
    const device = this.#device(side)
    if (device.endpoint === null) return
    if (kind === 'init') {
      // An own initiation that is under way is given up: its answer would not fit any more.
      Object.assign(device, {
        endpoint: from,
        next: session,
        pending: null,
        handshakeAt: this.now,
        rx: device.rx + SIZE.init,
      })
      this.#transmit(side, 'response', session)
    } else if (kind === 'response') {
      if (device.pending !== session) return
      Object.assign(device, {
        endpoint: from,
        pending: null,
        former: device.session,
        session,
        next: null,
        handshakeAt: this.now,
      })
      device.rx += SIZE.response
      this.#transmit(side, 'keepalive', session)
    } else {
      if (session === device.next) Object.assign(device, { former: device.session, session, next: null })
      else if (session !== device.session && session !== device.former) return
      Object.assign(device, { endpoint: from, rx: device.rx + SIZE[kind] })
    }
  }
}

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7)
