import type { Affected, AppliedReport, HubReport } from '@warren/db'
import { Saver } from './saver.ts'

/** Chosen: how often receipts go to the database at most. Whoever made a change watches them come in. */
const SAVE_MS = 250

/** What is saved together. */
export type ReceiptNews = { affected: Affected[]; applied: AppliedReport[]; hub: HubReport[] }

type Report = Omit<AppliedReport, 'agoMs'> & { readonly atMs: number }
type HubSaid = Omit<HubReport, 'agoMs'> & { readonly atMs: number }

/**
 * Whom each change concerns and who has applied it, on its way to the database, which matches the two: nothing is
 * remembered here of a change that somebody has not applied yet.
 */
export class Receipts {
  readonly #save: (news: ReceiptNews) => Promise<void>
  #affected: Affected[] = []
  #applied: Report[] = []
  #hub: HubSaid[] = []
  /** What the hub was known to have applied. */
  #hubAt: number | null = null
  readonly #saver: Saver

  constructor(save: (news: ReceiptNews) => Promise<void>) {
    this.#save = save
    this.#saver = new Saver(() => this.#flush(), SAVE_MS)
  }

  /** Takes over what the database knows of the hub. */
  load(hubApplied: number | null): void {
    this.#hubAt = hubApplied
  }

  /** A change is in force here; these peers have to be told. */
  changed(revision: number, peerIds: readonly number[]): void {
    this.#affected.push({ revision, peerIds })
    this.#saver.want()
  }

  /** An agent says that it has applied everything up to `revision`; `before`: what was known of it. */
  applied(peerId: number, before: number | null, revision: number): void {
    if (revision <= (before ?? 0)) return
    this.#applied.push({ peerId, before: before ?? 0, revision, atMs: performance.now() })
    this.#saver.want()
  }

  /** The hub says so. */
  hubApplied(revision: number): void {
    const before = this.#hubAt ?? revision - 1
    if (revision <= before) return
    this.#hubAt = revision
    this.#hub.push({ before, revision, atMs: performance.now() })
    this.#saver.want()
  }

  async #flush(): Promise<boolean> {
    const [affected, applied, hub] = [this.#affected, this.#applied, this.#hub]
    if (affected.length + applied.length + hub.length === 0) return false
    this.#affected = []
    this.#applied = []
    this.#hub = []
    const now = performance.now()
    try {
      await this.#save({
        affected,
        applied: applied.map(({ atMs, ...report }) => ({ ...report, agoMs: now - atMs })),
        hub: hub.map(({ atMs, ...report }) => ({ ...report, agoMs: now - atMs })),
      })
    } catch (error) {
      this.#affected = [...affected, ...this.#affected]
      this.#applied = [...applied, ...this.#applied]
      this.#hub = [...hub, ...this.#hub]
      throw error
    }
    return false
  }

  stop(): Promise<void> {
    return this.#saver.stop()
  }
}
