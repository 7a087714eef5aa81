import type { PollAnswer, PollInput } from '@warren/protocol'
import { digestText } from '@warren/protocol/digest'
import type { Group, Since } from './group.ts'
import type { Placed } from './residents.ts'
import type { Topology } from './topology.ts'

/** tRPC's envelope of a success (its HTTP specification, "Successful Response"), without a transformer. */
const HEAD = '{"result":{"data":'
const TAIL = '}}'
const END = Buffer.from(`${TAIL}}`)

/** Chosen: bytes of group views kept ready. Beyond it they are made again when asked for, which costs milliseconds. */
const MAX_CACHED_BYTES = 48 * 1024 * 1024

/** An answer as the parts that are written one after the other; what several peers get is the same object. */
export type AnswerText = { readonly kind: PollAnswer['kind']; readonly parts: readonly Buffer[] }

/** Texts of one group's answers, good for as long as its view stays as it is. */
type GroupTexts = { lastSeq: number; view: Buffer | null; deltas: Map<string, DeltaText> }

/** A delta as it is sent to all who missed the same, and its part that does not depend on who asks. */
type DeltaText = { readonly patch: Buffer; readonly answer: AnswerText }

type Missed = Exclude<Since, string>
const NO_IDS: Missed = { peers: new Set(), cidrs: new Set() }

/**
 * The answers of one network's polls as they go over the wire. What is the same for several peers is serialised once:
 * entries by the topology, a group's view and its deltas here.
 */
export class Answers {
  readonly #topology: Topology
  readonly #instance: string
  readonly #texts = new Map<number, GroupTexts>()
  #cachedBytes = 0
  #same: { cursor: string; revision: number; text: AnswerText } | null = null

  /** `instance` names this process's life in cursors: another one's numbers mean something else. */
  constructor(topology: Topology, instance: string) {
    this.#topology = topology
    this.#instance = instance
  }

  /** What to answer at once, or null when the peer is current and its poll can be held. */
  answer(placed: Placed, input: Pick<PollInput, 'cursor' | 'applied'>): AnswerText | null {
    const seq = this.#seqOf(input.cursor)
    if (seq === null) return this.#proves(placed, input) ? null : this.#full(placed)
    return this.since(placed, seq)
  }

  /** What a peer that knows the state at `seq` has to be told; null when nothing. */
  since(placed: Placed, seq: number): AnswerText | null {
    const since = this.#topology.since(placed, seq)
    if (since === 'everything') return this.#full(placed)
    const group = this.#topology.groupOf(placed)
    if (this.#topology.selfSince(placed, seq))
      return this.#ownDelta(placed, group, since === 'nothing' ? NO_IDS : since)
    return since === 'nothing' ? null : this.#delta(group, since).answer
  }

  /** "Nothing changed", with the cursor of now. */
  same(): AnswerText {
    const cursor = this.#cursor()
    const { revision } = this.#topology
    if (this.#same?.cursor !== cursor || this.#same.revision !== revision) {
      const text = `${HEAD}${JSON.stringify({ kind: 'same', cursor, revision })}${TAIL}`
      this.#same = { cursor, revision, text: { kind: 'same', parts: [Buffer.from(text)] } }
    }
    return this.#same.text
  }

  #cursor(): string {
    return `${this.#instance}:${this.#topology.seq}`
  }

  #seqOf(cursor: string | null): number | null {
    const [instance, seq, ...rest] = cursor?.split(':') ?? []
    if (instance !== this.#instance || seq === undefined || rest.length > 0 || !/^\d{1,15}$/.test(seq)) return null
    return Number(seq)
  }

  /** A cursor of before a restart is as good as ours when the digests show that nothing was missed. */
  #proves(placed: Placed, { cursor, applied }: Pick<PollInput, 'cursor' | 'applied'>): boolean {
    if (cursor === null || applied === null) return false
    const digests = { digest: BigInt(`0x${applied.digest}`), self: BigInt(`0x${applied.self}`) }
    return this.#topology.isCurrent(placed, digests)
  }

  #full(placed: Placed): AnswerText {
    const group = this.#topology.groupOf(placed)
    const { kind, ...rest } = this.#stamp('full', group)
    const facts = JSON.stringify(rest).slice(1, -1)
    const head = `${HEAD}{"kind":"${kind}","self":${placed.selfText},${facts},"view":`
    return { kind: 'full', parts: [Buffer.from(head), this.#view(group), END] }
  }

  #stamp(kind: 'full' | 'delta', group: Group) {
    return { kind, cursor: this.#cursor(), revision: this.#topology.revision, digest: digestText(group.digest) }
  }

  #view(group: Group): Buffer {
    const texts = this.#textsOf(group)
    if (texts.view) return texts.view
    const { peers, cidrs } = this.#topology.viewOf(group.id)
    const view = Buffer.from(`{"peers":[${textsIn(peers)}],"cidrs":[${textsIn(cidrs)}]}`)
    if (this.#cachedBytes + view.length > MAX_CACHED_BYTES) this.#forgetViews()
    texts.view = view
    this.#cachedBytes += view.length
    return view
  }

  /** What the group's peers are told, and what this one has to know about itself. */
  #ownDelta(placed: Placed, group: Group, since: Missed): AnswerText {
    const { patch } = this.#delta(group, since)
    const stamp = JSON.stringify(this.#stamp('delta', group)).slice(0, -1)
    return { kind: 'delta', parts: [Buffer.from(`${HEAD}${stamp},"self":${placed.selfText},`), patch] }
  }

  #delta(group: Group, since: Missed): DeltaText {
    const { deltas } = this.#textsOf(group)
    // Peers whose cursors differ but who missed the same steps get the same text.
    const key = `${[...since.peers]}/${[...since.cidrs]}`
    const known = deltas.get(key)
    if (known) return known
    const peers = patchText(since.peers, (id) => this.#topology.peerIn(group.id, id))
    const cidrs = patchText(since.cidrs, (id) => this.#topology.cidrIn(group.id, id))
    const stamp = JSON.stringify(this.#stamp('delta', group)).slice(0, -1)
    const patch = Buffer.from(`"peers":${peers},"cidrs":${cidrs}}${TAIL}`)
    const text: DeltaText = { patch, answer: { kind: 'delta', parts: [Buffer.from(`${HEAD}${stamp},`), patch] } }
    deltas.set(key, text)
    return text
  }

  /** A group's texts, emptied when its view has changed since they were made. */
  #textsOf(group: Group): GroupTexts {
    const known = this.#texts.get(group.id)
    if (known && known.lastSeq === group.lastSeq) return known
    this.#cachedBytes -= known?.view?.length ?? 0
    const fresh: GroupTexts = { lastSeq: group.lastSeq, view: null, deltas: new Map() }
    this.#texts.set(group.id, fresh)
    return fresh
  }

  #forgetViews(): void {
    for (const texts of this.#texts.values()) texts.view = null
    this.#cachedBytes = 0
  }
}

const textsIn = (entries: readonly { text: string }[]): string => entries.map(({ text }) => text).join(',')

/** Ids in order, so that the text does not depend on the order of the steps. */
function patchText(ids: ReadonlySet<number>, entryOf: (id: number) => { text: string } | undefined): string {
  const upsert: string[] = []
  const remove: number[] = []
  for (const id of [...ids].sort((a, b) => a - b)) {
    const entry = entryOf(id)
    if (entry) upsert.push(entry.text)
    else remove.push(id)
  }
  return `{"upsert":[${upsert}],"remove":[${remove}]}`
}
