import type { HubPeer, ToHub } from '@warren/protocol'
import { devicesIn, hubPeers, hubPeersFor, hubRowsIn, nextMoment } from './hub-peers.ts'
import type { Step } from './topology/rows.ts'
import type { Topology } from './topology/topology.ts'

/** Timers hold 31 bits; a later moment is looked at again then. */
const MAX_TIMER_MS = 2 ** 31 - 1

type Outward = { send(message: ToHub): void; now(): number }

/** What one network's hub device holds as far as we told it, and what it says to have applied. */
export class HubView {
  readonly #topology: Topology
  readonly #outward: Outward
  /** By ref, what was sent last. */
  readonly #sent = new Map<string, string>()
  readonly #waiting = new Set<() => void>()
  /** Peers whose new key waits until a moment: their old one still carries an answer. */
  readonly #heldBack = new Map<number, NodeJS.Timeout>()
  #applied = -1
  #timer: NodeJS.Timeout | null = null

  constructor(topology: Topology, outward: Outward) {
    this.#topology = topology
    this.#outward = outward
  }

  /** The revision that the hub's device holds; null when it never said. */
  get applied(): number | null {
    return this.#applied < 0 ? null : this.#applied
  }

  /** Sends everything: to a hub that has just come, or when its key and with it every door address is another one. */
  sendAll(): void {
    const peers = hubPeers(this.#topology, this.#outward.now())
    this.#sent.clear()
    for (const [ref, peer] of peers) this.#sent.set(ref, fingerprint(peer))
    this.#send({ full: true, upsert: [...peers.values()], remove: [] })
    this.#watchClock()
  }

  /**
   * Sends what a step changed, nothing but the revision when that is all; gives whether there was more. `groups` are those
   * whose view it changed: what the hub forwards for a device changes with it.
   */
  sendStep(step: Step, groups: ReadonlySet<number> = new Set()): boolean {
    const { peers, invitations } = hubRowsIn(this.#topology.rows, step)
    for (const id of devicesIn(this.#topology, groups)) peers.add(id)
    const more = this.#sendRows({ peers, invitations })
    this.#watchClock()
    return more
  }

  #sendRows(rows: { peers: Iterable<number>; invitations: Iterable<number> }): boolean {
    const ready = this.#withoutHeldBack(rows)
    const { wanted, unwanted } = hubPeersFor(this.#topology, { ...ready, nowMs: this.#outward.now() })
    const upsert = [...wanted.values()].filter((peer) => this.#sent.get(peer.ref) !== fingerprint(peer))
    const remove = unwanted.filter((ref) => this.#sent.delete(ref))
    for (const peer of upsert) this.#sent.set(peer.ref, fingerprint(peer))
    this.#send({ full: false, upsert, remove })
    return upsert.length + remove.length > 0
  }

  /** Leaves what the hub holds for a peer, and for its invitations, as it is for so many milliseconds. */
  holdBack(peerId: number, ms: number): void {
    clearTimeout(this.#heldBack.get(peerId))
    const release = () => {
      this.#heldBack.delete(peerId)
      const { invitations } = this.#topology.rows
      const own = [...invitations.values()].filter((row) => row.peerId === peerId).map(({ id }) => id)
      this.#sendRows({ peers: [peerId], invitations: own })
    }
    this.#heldBack.set(peerId, setTimeout(release, ms))
  }

  #withoutHeldBack(rows: { peers: Iterable<number>; invitations: Iterable<number> }) {
    if (this.#heldBack.size === 0) return rows
    const isHeld = (peerId: number | undefined) => peerId !== undefined && this.#heldBack.has(peerId)
    return {
      peers: [...rows.peers].filter((id) => !isHeld(id)),
      invitations: [...rows.invitations].filter((id) => !isHeld(this.#topology.rows.invitations.get(id)?.peerId)),
    }
  }

  #send(peers: { full: boolean; upsert: HubPeer[]; remove: string[] }): void {
    const { network, revision } = this.#topology
    this.#outward.send({ kind: 'peers', network: network.id, revision, ...peers })
  }

  /** Invitations end by the clock, without a change; so does the time in which a deleted peer is told, or a former key. */
  #watchClock(): void {
    clearTimeout(this.#timer ?? undefined)
    this.#timer = null
    const now = this.#outward.now()
    const moment = nextMoment(this.#topology.rows, now)
    if (moment === null) return
    const turn = () => {
      const { peers, invitations } = this.#topology.rows
      const passing = [...peers.values()].filter((row) => row.deletedAt !== null || row.rotations.length > 0)
      this.#sendRows({ peers: passing.map(({ id }) => id), invitations: invitations.keys() })
      this.#watchClock()
    }
    this.#timer = setTimeout(turn, Math.min(moment - now + 1, MAX_TIMER_MS))
  }

  /** The hub says that its device holds a revision; one that restarted begins anew. */
  setApplied(revision: number): void {
    this.#applied = revision
    for (const check of this.#waiting) check()
  }

  /** Whether the hub holds `revision`, as soon as it does or after `ms` at the latest. */
  waitFor(revision: number, ms: number): Promise<boolean> {
    if (this.#applied >= revision) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (held: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(held)
      }
      const check = () => {
        if (this.#applied >= revision) end(true)
      }
      const timer = setTimeout(() => end(false), ms)
      this.#waiting.add(check)
    })
  }

  stop(): void {
    clearTimeout(this.#timer ?? undefined)
    for (const timer of this.#heldBack.values()) clearTimeout(timer)
    this.#heldBack.clear()
  }
}

/** The endpoint is only a hint for a hub that starts: it came from there, and is not sent back. */
const fingerprint = ({ endpoint: _, ...peer }: HubPeer): string => JSON.stringify(peer)
