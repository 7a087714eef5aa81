import { formatEndpoint, parseEndpoint, type RelayEntry, type RelayPair, type ToHub } from '@warren/protocol'
import { hubRow } from './hub-peers.ts'
import type { Pair } from './relay-pair.ts'
import type { Topology, Touched } from './topology/topology.ts'

/** What the hub and the peers are told of relays; told again only when it is something else. */
export class RelayNotices {
  readonly #topology: Topology
  readonly #send: (message: ToHub) => void
  /** What the hub was told last; null: nothing. */
  #sent: string | null = null
  /** By peer, what its own entry says, as text. */
  readonly #shown = new Map<number, string>()
  /** By peer, at which of its addresses the hub answers it. */
  readonly #hubAt = new Map<number, string>()

  constructor(topology: Topology, send: (message: ToHub) => void) {
    this.#topology = topology
    this.#send = send
  }

  /** Another hub has come, or the same one anew: it was told nothing. */
  forgetHub(): void {
    this.#sent = null
  }

  /** A peer that left. */
  forget(peerId: number): void {
    this.#hubAt.delete(peerId)
  }

  /** Where the hub answers a peer, `host:port`. Gives whether that is new. */
  hubAnswers(peerId: number, at: string | null): boolean {
    const host = at === null ? undefined : parseEndpoint(at)?.host
    if (host === undefined || this.#hubAt.get(peerId) === host) return false
    this.#hubAt.set(peerId, host)
    return true
  }

  /** Tells the hub all pairs, those that need it most first; only another set of them is news. */
  tellHub(wanted: readonly Pair[]): void {
    const pairs = wanted.flatMap(({ a, b }): RelayPair[] => {
      const [one, other] = [this.#topology.placed(a), this.#topology.placed(b)]
      if (!one || !other) return []
      return [{ a: { peer: a, key: one.self.key }, b: { peer: b, key: other.self.key } }]
    })
    const text = JSON.stringify([...pairs].sort((p, q) => p.a.peer - q.a.peer || p.b.peer - q.b.peer))
    if (text === this.#sent) return
    this.#sent = text
    this.#send({ kind: 'relays', network: this.#topology.network.id, pairs })
  }

  /** Puts into the peers' own entries where they are to send for whom; gives whose entry is new. */
  tellPeers(pairs: Iterable<Pair>): Touched {
    const entries = new Map<number, RelayEntry[]>()
    const enter = (peer: number, other: number, port: number) => {
      const host = this.#hostFor(peer)
      const own = entries.get(peer) ?? []
      if (host !== null) entries.set(peer, [...own, { peer: other, at: formatEndpoint({ host, port }) }])
    }
    for (const { a, b, wanted, ports } of pairs) {
      if (!wanted || !ports) continue
      enter(a, b, ports.a)
      enter(b, a, ports.b)
    }
    const news = [...new Set([...this.#shown.keys(), ...entries.keys()])].flatMap((peerId) => {
      const relays = (entries.get(peerId) ?? []).sort((p, q) => p.peer - q.peer)
      const text = JSON.stringify(relays)
      if (text === (this.#shown.get(peerId) ?? '[]')) return []
      if (relays.length === 0) this.#shown.delete(peerId)
      else this.#shown.set(peerId, text)
      return [{ peerId, relays }]
    })
    return this.#topology.observe(news)
  }

  /**
   * Where a peer reaches the hub from outside. While the hub moves that is where it answers this peer; until that is known,
   * where it was.
   */
  #hostFor(peerId: number): string | null {
    const { rows, network } = this.#topology
    if (network.endpointBefore !== null) {
      return this.#hubAt.get(peerId) ?? parseEndpoint(network.endpointBefore)?.host ?? null
    }
    return parseEndpoint(hubRow(rows)?.endpointOverride ?? network.endpoint)?.host ?? null
  }
}
