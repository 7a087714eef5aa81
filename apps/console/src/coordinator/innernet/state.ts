import { type CidrEntry, type InvitationRow, type PeerEntry, Refusal } from '@warren/protocol'
import { hubRow } from '../hub-peers.ts'
import type { MeshNetwork } from '../network.ts'
import { type Entry, overrideOf } from '../topology/entries.ts'
import type { Told } from './admin.ts'
import { type Numbers, numbersOf } from './numbers.ts'
import { cidrShape, peerShape } from './shapes.ts'

const COMMA = Buffer.from(',')
const PEERS = Buffer.from('{"peers":[')
const CIDRS = Buffer.from('],"cidrs":[')
const END = Buffer.from(']}')

/**
 * What innernet's clients ask for each minute, answered from memory: what all peers of one CIDR see is put together once
 * and kept until it is another; and of that again each peer's text until the peer is another.
 */
export class InnernetState {
  readonly #network: MeshNetwork
  /** An entry is made anew whenever its row, or what was observed of it, changes. */
  readonly #texts = new WeakMap<Entry<PeerEntry> | Entry<CidrEntry>, Buffer>()
  readonly #answers = new Map<number, { readonly key: string; readonly body: Buffer }>()
  #invitations: { readonly revision: number; readonly latest: ReadonlyMap<number, InvitationRow> } | null = null
  #numbers: Numbers | null = null

  constructor(network: MeshNetwork) {
    this.#network = network
  }

  get numbers(): Numbers {
    this.#numbers ??= this.#newNumbers()
    return this.#numbers
  }

  #newNumbers(): Numbers {
    const { root, rows } = this.#network.topology
    const hub = hubRow(rows)
    if (!hub || hub.cidrId === null) throw new Error('a network without a hub')
    return numbersOf({ root: root.id, infra: hub.cidrId, hub: hub.id })
  }

  /** The answer to GET /user/state for one peer. @throws Refusal not-signed-in when it takes no part */
  told(peerId: number): Told {
    const body = this.#answerFor(peerId)
    if (body) return { status: 200, body }
    throw new Refusal('not-signed-in', 'This peer takes no part in the network.')
  }

  #answerFor(peerId: number): Buffer | null {
    const { topology } = this.#network
    const placed = topology.placed(peerId)
    if (!placed) return null
    // In an isolated CIDR nobody is in their own group's view, and yet each client wants to find itself.
    if (topology.rows.cidrs.get(placed.cidr)?.isolated) return this.#build(placed.cidr, placed.entry)
    // A view's digest has all that agents are told; what only innernet's clients are told changes with the revision.
    const key = `${topology.groupOf(placed).digest} ${topology.revision}`
    const known = this.#answers.get(placed.cidr)
    if (known?.key === key) return known.body
    const body = this.#build(placed.cidr, null)
    this.#answers.set(placed.cidr, { key, body })
    return body
  }

  #build(group: number, self: Entry<PeerEntry> | null): Buffer {
    const { topology } = this.#network
    const { peers, cidrs } = topology.viewOf(group)
    // A device is reached through the hub, which an innernet client cannot express: it learns of none.
    const seen = peers.filter(({ value }) => topology.rows.peers.get(value.id)?.kind !== 'device')
    const all = self ? [...seen, self] : seen
    return Buffer.concat([
      PEERS,
      ...listed(all.map((entry) => this.#textOf(entry, () => this.#peer(entry)))),
      CIDRS,
      ...listed(cidrs.map((entry) => this.#textOf(entry, () => this.#cidr(entry)))),
      END,
    ])
  }

  #textOf(entry: Entry<PeerEntry> | Entry<CidrEntry>, shape: () => object): Buffer {
    const known = this.#texts.get(entry)
    if (known) return known
    const text = Buffer.from(JSON.stringify(shape()))
    this.#texts.set(entry, text)
    return text
  }

  #peer({ value }: Entry<PeerEntry>): object {
    const { topology, presence } = this.#network
    const row = topology.rows.peers.get(value.id)
    if (!row) throw new Error('a view shows a peer without a row')
    const observed = topology.observedEndpoint(row.id)
    const sight = { observed, candidates: presence.of(row.id).candidates }
    // Agents are told the likeliest endpoint first, and what was set by hand last; innernet's clients try only one.
    const manual =
      row.kind === 'hub' || row.endpointOverride === null ? null : overrideOf(row.endpointOverride, observed)
    const endpoint = manual ?? value.at?.[0] ?? null
    return peerShape({ row, invitation: this.#latestInvitation(row.id), sight, endpoint }, this.numbers)
  }

  #cidr({ value }: Entry<CidrEntry>): object {
    const row = this.#network.topology.rows.cidrs.get(value.id)
    if (!row) throw new Error('a view shows a CIDR without a row')
    return cidrShape(row, this.numbers)
  }

  #latestInvitation(peerId: number): InvitationRow | undefined {
    const { rows, revision } = this.#network.topology
    if (this.#invitations?.revision !== revision) {
      // By id: a later one takes the place of an earlier.
      const latest = new Map([...rows.invitations.values()].map((row) => [row.peerId, row]))
      this.#invitations = { revision, latest }
    }
    return this.#invitations.latest.get(peerId)
  }
}

const listed = (texts: readonly Buffer[]): Buffer[] => texts.flatMap((text, at) => (at === 0 ? [text] : [COMMA, text]))
