import type { Digest } from '@warren/protocol/digest'
import type { GroupDifference } from './transition.ts'

/** Ids to look at again, by the sequence number of the step that touched them. */
type Touch = { readonly seq: number; readonly peers: readonly number[]; readonly cidrs: readonly number[] }

/** What an agent has to look at again: everything, or these ids. */
export type Since = 'nothing' | 'everything' | { peers: Set<number>; cidrs: Set<number> }

/** Chosen: beyond these a group's log forgets its oldest steps, and agents that lag so far get the whole view. */
const MAX_STEPS = 256
const MAX_IDS = 4096

/**
 * The memory of one group: the digest of its view, and which ids each step touched. Only groups in which an agent has
 * asked have one. The newest step is always kept, so an agent that was current never needs more than a delta.
 */
export class Group {
  readonly id: number
  digest: Digest
  /** The last step that touched the group's view. */
  lastSeq: number
  /** Cursors below this one are answered with everything. */
  #floor: number
  #log: Touch[] = []
  #ids = 0

  constructor(id: number, seq: number, digest: Digest) {
    this.id = id
    this.digest = digest
    this.lastSeq = seq
    this.#floor = seq
  }

  /** Enters what a step did to the view. */
  touch(seq: number, { peers, cidrs, digest }: GroupDifference): void {
    this.#log.push({ seq, peers, cidrs })
    this.#ids += peers.length + cidrs.length
    this.digest ^= digest
    this.lastSeq = seq
    while (this.#log.length > 1 && (this.#log.length > MAX_STEPS || this.#ids > MAX_IDS)) this.#forget()
  }

  #forget(): void {
    const oldest = this.#log.shift()
    if (!oldest) return
    this.#ids -= oldest.peers.length + oldest.cidrs.length
    this.#floor = oldest.seq
  }

  /** What the steps after `seq` touched. */
  since(seq: number): Since {
    if (seq < this.#floor) return 'everything'
    if (seq >= this.lastSeq) return 'nothing'
    const touched = { peers: new Set<number>(), cidrs: new Set<number>() }
    for (const step of this.#log) {
      if (step.seq <= seq) continue
      for (const id of step.peers) touched.peers.add(id)
      for (const id of step.cidrs) touched.cidrs.add(id)
    }
    return touched
  }
}
