import { type PeerStatus, unobserved } from '@warren/db'
import type { Watch } from './polls.ts'
import { Wheel } from './wheel.ts'

/** Chosen: how often observations go to the database at most; the console shows them to people. */
const SAVE_MS = 500
/** Chosen: an agent that applies a change asks again well within this. */
const GRACE_MS = 5_000
/** After a start, agents that were online get longer: they back off with jitter while there is nobody to ask. */
const START_GRACE_MS = 30_000
/** Chosen: who asks at an interval is late when the third question is half due. */
const MISSED = 2.5
/** How long to leave the database alone after it failed. */
const RETRY_MS = 2_000

type Saved = {
  save(rows: PeerStatus[]): Promise<void>
  now(): Date
  /** Somebody came online, or went. */
  turned?(peerId: number): void
  /** Seconds between the questions of a peer whose polls are not held; null where they are. */
  everyS?(peerId: number): number | null
}

/** What is observed of the peers of one network, saved in batches. Survives the database being away. */
export class Presence implements Watch {
  readonly #saved: Saved
  readonly #rows = new Map<number, PeerStatus>()
  readonly #dirty = new Set<number>()
  /** Those who do not hold a poll at the moment: how to stop waiting for their next one. */
  readonly #leaving = new Map<number, () => void>()
  readonly #wheel = new Wheel<number>((peerId) => this.#leave(peerId))
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()

  constructor(saved: Saved) {
    this.#saved = saved
  }

  /** Takes over what the database knows; those who were online have a while to show up again. */
  load(rows: readonly PeerStatus[]): void {
    for (const row of rows) {
      if (this.#rows.has(row.peerId)) continue
      this.#rows.set(row.peerId, row)
      if (row.online) this.#leaveAfter(row.peerId, this.#graceMs(row.peerId, START_GRACE_MS))
    }
  }

  /** The last that is known of a peer. */
  of(peerId: number): PeerStatus {
    return this.#rows.get(peerId) ?? unobserved(peerId)
  }

  /** Those who are there. */
  online(): number[] {
    return [...this.#rows.values()].filter(({ online }) => online).map(({ peerId }) => peerId)
  }

  /** Enters what was observed; saved only when it is something new. */
  update(peerId: number, observed: Partial<PeerStatus>): void {
    const known = this.#rows.get(peerId)
    if (known && says(known, observed)) return
    this.#rows.set(peerId, { ...(known ?? unobserved(peerId)), ...observed })
    this.#dirty.add(peerId)
    this.#timer ??= setTimeout(() => this.#flush(), SAVE_MS)
  }

  forget(peerId: number): void {
    this.#stay(peerId)
    this.#rows.delete(peerId)
    this.#dirty.delete(peerId)
  }

  began(peerId: number): void {
    this.#stay(peerId)
    if (!this.of(peerId).online) this.#turn(peerId, true)
  }

  ended(peerId: number): void {
    if (this.of(peerId).online) this.#leaveAfter(peerId, this.#graceMs(peerId, GRACE_MS))
  }

  /** Whoever asks at an interval is there until it has missed two questions. */
  #graceMs(peerId: number, heldMs: number): number {
    const everyS = this.#saved.everyS?.(peerId) ?? null
    return everyS === null ? heldMs : Math.max(heldMs, everyS * 1000 * MISSED)
  }

  #leaveAfter(peerId: number, ms: number): void {
    this.#stay(peerId)
    this.#leaving.set(peerId, this.#wheel.add(peerId, ms))
  }

  #stay(peerId: number): void {
    this.#leaving.get(peerId)?.()
    this.#leaving.delete(peerId)
  }

  #leave(peerId: number): void {
    this.#leaving.delete(peerId)
    this.#turn(peerId, false)
  }

  #turn(peerId: number, online: boolean): void {
    this.update(peerId, { online, seenAt: this.#saved.now().toISOString() })
    this.#saved.turned?.(peerId)
  }

  #flush(): void {
    this.#timer = null
    this.#saving = this.#saving.then(() => this.#save())
  }

  async #save(): Promise<void> {
    const ids = [...this.#dirty]
    this.#dirty.clear()
    if (ids.length === 0) return
    try {
      await this.#saved.save(ids.map((id) => this.of(id)))
    } catch {
      // The database is away; the feed says so. What is known stays here and is saved when it is back.
      for (const id of ids) if (this.#rows.has(id)) this.#dirty.add(id)
      this.#timer ??= setTimeout(() => this.#flush(), RETRY_MS)
    }
  }

  /** Saves what is unsaved, and runs no timer any more. */
  async stop(): Promise<void> {
    for (const stay of this.#leaving.values()) stay()
    this.#leaving.clear()
    clearTimeout(this.#timer ?? undefined)
    this.#flush()
    await this.#saving
    clearTimeout(this.#timer ?? undefined)
  }
}

/** Whether `observed` says nothing that `row` does not say already. */
function says(row: PeerStatus, observed: Partial<PeerStatus>): boolean {
  const { candidates, ...facts } = observed
  if (candidates && candidates.join() !== row.candidates.join()) return false
  return Object.entries(facts).every(([name, fact]) => row[name as keyof typeof facts] === fact)
}
