import { changeAt, type Db, endTrial, type Listener, listen, openTrials, TRIAL_CHANNEL } from '@warren/db'
import { Refusal } from '@warren/protocol'
import { SILENCE } from '../server/translate.ts'
import { KEEPER, revert } from '../server/trial/revert.ts'

/** Chosen: how many trials are looked at together. */
const PAGE = 50

/** How long to leave the database alone after it failed, in milliseconds. */
const RETRY_MS = 1_000

/** Chosen: look at least this often, in milliseconds, whatever was or was not heard. */
const LOOK_MS = 60_000

/**
 * Takes back what was changed on trial and not confirmed in time. All coordinators of a database do it: the trial's row
 * decides who was first, and the others find it settled. What was due while none ran, or while the database was away, is
 * found at the next look.
 */
export class TrialKeeper {
  readonly #db: Db
  readonly #log: (sentence: string) => void
  #listener: Listener | null = null
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(db: Db, log: (sentence: string) => void) {
    this.#db = db
    this.#log = log
  }

  /** Settles after the first attempt to reach the database; the keeper goes on trying until `stop`. */
  async start(): Promise<void> {
    const look = () => this.#look()
    this.#listener = await listen(this.#db.url, [TRIAL_CHANNEL], look, look)
    look()
  }

  /** Settles when what is under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#listener?.close()
    await this.#looking
  }

  /** Looks now; once more when it is looking already. */
  #look(): void {
    if (this.#stopped) return
    if (this.#looking !== null) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#looking = this.#settleDue()
      .catch(() => RETRY_MS)
      .then((waitMs) => {
        this.#looking = null
        if (this.#stopped) return
        const soon = this.#again ? 0 : waitMs
        this.#again = false
        this.#timer = setTimeout(() => this.#look(), soon)
      })
  }

  /** Settles what is due, and answers the milliseconds until the next look. Throws when the database is away. */
  async #settleDue(): Promise<number> {
    const trials = await openTrials(this.#db, PAGE)
    let waitMs = LOOK_MS
    for (const { networkId, revision, inMs } of trials) {
      if (inMs <= 0) await this.#takeBack(networkId, revision)
      else waitMs = Math.min(waitMs, Math.ceil(inMs))
    }
    const more = trials.length === PAGE && trials.every(({ inMs }) => inMs <= 0)
    return more ? 0 : waitMs
  }

  async #takeBack(networkId: number, revision: number): Promise<void> {
    const change = await changeAt(this.#db, networkId, revision)
    if (!change) return
    try {
      await revert({ db: this.#db, actor: KEEPER }, change)
      this.#log(`network ${networkId}: revision ${revision} was not confirmed and is taken back`)
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'unavailable') throw error
      const why = error instanceof Refusal ? error.message : SILENCE
      if (!(error instanceof Refusal)) this.#log(`taking back revision ${revision} of network ${networkId}: ${error}`)
      // Nothing happens here when somebody else settled it meanwhile.
      const stuck = await endTrial(this.#db, { networkId, revision, actor: KEEPER, state: 'stuck', why })
      if (stuck) this.#log(`network ${networkId}: revision ${revision} was not confirmed, but stays: ${why}`)
    }
  }
}
