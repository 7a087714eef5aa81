/** How long to leave the database alone after it failed. */
const RETRY_MS = 2_000

/**
 * Saves what gathers: at most once in `everyMs`, one piece of work at a time, and again later when it failed. `save`
 * gives whether there is more to save; what it could not save it keeps.
 */
export class Saver {
  readonly #save: () => Promise<boolean>
  readonly #everyMs: number
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(save: () => Promise<boolean>, everyMs: number) {
    this.#save = save
    this.#everyMs = everyMs
  }

  /** There is something to save. */
  want(ms = this.#everyMs): void {
    if (!this.#stopped) this.#timer ??= setTimeout(() => this.#run(), ms)
  }

  #run(): void {
    this.#timer = null
    this.#saving = this.#saving.then(() =>
      this.#save().then(
        (more) => void (more && this.want()),
        // The database is away; the feed says so.
        () => this.want(RETRY_MS),
      ),
    )
  }

  /** Saves what is unsaved, as far as that can be done at once, and nothing any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer ?? undefined)
    await this.#saving
    let more = true
    while (more) more = await this.#save().catch(() => false)
  }
}
