import { type PeerRow, type PollInput, Refusal } from '@warren/protocol'
import type { Answers, AnswerText } from './topology/answers.ts'
import type { Placed } from './topology/residents.ts'
import type { Topology, Touched } from './topology/topology.ts'
import { Wheel } from './wheel.ts'

/** How a poll ends; called once. */
export type Reply = (answer: AnswerText | Refusal) => void

/** A peer that asks, what it says, and how it is answered. */
export type Asking = { readonly peerId: number; readonly input: PollInput; readonly reply: Reply }

type Held = {
  readonly peerId: number
  readonly group: number
  /** The topology's state that this peer knows. */
  readonly seq: number
  readonly reply: Reply
  leave(): void
}

/** Told when a peer begins to wait for an answer, and when it no longer does. */
export type Watch = { began(peerId: number): void; ended(peerId: number): void }

/** The polls of one network that are held until something changes for them. */
export class Polls {
  readonly #topology: Topology
  readonly #answers: Answers
  readonly #watch: Watch
  readonly #byPeer = new Map<number, Held>()
  readonly #byGroup = new Map<number, Set<Held>>()
  readonly #wheel = new Wheel<Held>((held) => this.#finish(held, this.#answers.same()))

  constructor(topology: Topology, answers: Answers, watch: Watch) {
    this.#topology = topology
    this.#answers = answers
    this.#watch = watch
  }

  get size(): number {
    return this.#byPeer.size
  }

  /** The peers whose poll is held. */
  peerIds(): IterableIterator<number> {
    return this.#byPeer.keys()
  }

  /** Answers at once, or holds the poll; returns how to let go of it when the peer hangs up. */
  ask({ peerId, input, reply }: Asking): () => void {
    // An agent has one poll. A second one means that it no longer waits for the first.
    const earlier = this.#byPeer.get(peerId)
    if (earlier) this.#finish(earlier, this.#answers.same())

    const placed = this.#topology.placed(peerId)
    const answer = placed ? this.#answers.answer(placed, input) : whyNoAnswer(this.#topology.rows.peers.get(peerId))
    if (placed && answer === null && input.waitS > 0) return this.#hold(placed, input.waitS, reply)
    this.#watch.began(peerId)
    this.#watch.ended(peerId)
    reply(answer ?? this.#answers.same())
    return () => {}
  }

  #hold(placed: Placed, waitS: number, reply: Reply): () => void {
    const group = this.#topology.groupOf(placed)
    const held: Held = { peerId: placed.self.id, group: group.id, seq: this.#topology.seq, reply, leave: () => {} }
    held.leave = this.#wheel.add(held, waitS * 1000)
    this.#byPeer.set(held.peerId, held)
    this.#byGroup.set(group.id, (this.#byGroup.get(group.id) ?? new Set()).add(held))
    this.#watch.began(held.peerId)
    return () => this.#release(held)
  }

  /** Answers those whom a step concerns. All in a group have missed the same and get the same text. */
  wake({ groups, selves }: Touched): void {
    for (const peerId of selves) {
      const held = this.#byPeer.get(peerId)
      if (held) this.#finish(held, this.#answerFor(held))
    }
    for (const group of groups) {
      let text: AnswerText | Refusal | null = null
      for (const held of this.#byGroup.get(group) ?? []) {
        text ??= this.#answerFor(held)
        this.#finish(held, text)
      }
    }
  }

  /** Ends all held polls with an answer that sends the agents back to ask again. */
  endAll(): void {
    for (const held of [...this.#byPeer.values()]) this.#finish(held, this.#answers.same())
  }

  #answerFor({ peerId, seq }: Held): AnswerText | Refusal {
    const placed = this.#topology.placed(peerId)
    if (!placed) return whyNoAnswer(this.#topology.rows.peers.get(peerId))
    return this.#answers.since(placed, seq) ?? this.#answers.same()
  }

  #finish(held: Held, answer: AnswerText | Refusal): void {
    this.#release(held)
    held.reply(answer)
  }

  #release(held: Held): void {
    if (this.#byPeer.get(held.peerId) !== held) return
    held.leave()
    this.#byPeer.delete(held.peerId)
    const group = this.#byGroup.get(held.group)
    group?.delete(held)
    if (group?.size === 0) this.#byGroup.delete(held.group)
    this.#watch.ended(held.peerId)
  }
}

/** Why somebody who knows a peer's secret is told nothing. */
export function whyNoAnswer(row: PeerRow | undefined): Refusal {
  if (!row || row.deletedAt !== null) return new Refusal('forbidden', 'This peer was deleted by an admin.')
  if (!row.enabled) return new Refusal('forbidden', 'An admin disabled this peer.')
  return new Refusal('forbidden', 'This peer has to join again; ask an admin for its invitation.')
}
