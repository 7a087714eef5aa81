import type { Db } from '@warren/db'
import { rotateAged } from '../server/peer/rotate-aged.ts'

/** Chosen: keys live for days, so a minute is soon enough. */
const LOOK_MS = 60_000

/** Asks for new keys where a network wants them no older than so many days. All coordinators of a database may do it. */
export class KeyAges {
  readonly #db: Db
  readonly #log: (sentence: string) => void
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(db: Db, log: (sentence: string) => void) {
    this.#db = db
    this.#log = log
  }

  start(): void {
    const look = () => {
      this.#looking = this.#look()
    }
    look()
    this.#timer = setInterval(look, LOOK_MS)
  }

  /** Settles when what is under way is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  /** A database that is away is asked again in a minute. */
  async #look(): Promise<void> {
    const asked = await rotateAged({ db: this.#db }, new Date()).catch(() => [])
    for (const { name, asked: count } of asked) this.#log(`network ${name}: asked ${count} peers for new keys`)
  }
}
