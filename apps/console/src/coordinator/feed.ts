import {
  CHANGE_CHANNEL,
  changesSince,
  type Db,
  type Listener,
  listen,
  listNetworks,
  loadNetwork,
  parseChangeNotice,
  type Snapshot,
} from '@warren/db'
import { type Change, Refusal } from '@warren/protocol'

/** Chosen: how many changes are read at once when there is something to catch up with. */
const PAGE = 200

/** How long to leave the database alone after a read failed. */
const RETRY_MS = 1_000

/** Who follows the feed. All of it is called in revision order within a network. */
export type Follower = {
  /** The revision a network is at; null when it is not known. */
  revisionOf(networkId: number): number | null
  /** A network from scratch, or over a gap in what was read. */
  loaded(snapshot: Snapshot): Promise<void>
  /** The next change. A throw means that it does not fit; the network is loaded anew. */
  changed(networkId: number, change: Change): void
  /** These networks, and no others, exist. */
  exist(networkIds: ReadonlySet<number>): void
  log(sentence: string): void
}

/**
 * Keeps a follower in step with the database: told by NOTIFY, read by revision. A lost connection costs nothing but
 * time: after each connect every network is read from its last revision on.
 */
export class Feed {
  readonly #db: Db
  readonly #follower: Follower
  readonly #running = new Map<number, { again: boolean }>()
  #listener: Listener | null = null
  #retry: NodeJS.Timeout | null = null
  #stopped = false
  #away = false
  #said = ''
  #isReady: () => void = () => {}
  /** Settles when everything has been read once, however long the database is away at first. */
  readonly ready = new Promise<void>((resolve) => {
    this.#isReady = resolve
  })

  constructor(db: Db, follower: Follower) {
    this.#db = db
    this.#follower = follower
  }

  async start(): Promise<void> {
    const noticed = (_channel: string, payload: string) => {
      const notice = parseChangeNotice(payload)
      if (notice) this.#run(notice.networkId)
    }
    let heard = false
    this.#listener = await listen(this.#db.url, [CHANGE_CHANNEL], noticed, () => {
      heard = true
      void this.#readAll()
    })
    if (!heard) this.#missDatabase()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry ?? undefined)
    await this.#listener?.close()
  }

  /** One network that cannot be read does not keep the others from being served. */
  async #readAll(): Promise<void> {
    const ids: number[] = []
    let whole = await this.#guard(async () => {
      for (const { id } of await listNetworks(this.#db)) ids.push(id)
      this.#follower.exist(new Set(ids))
    })
    for (const id of ids) {
      const read = await this.#guard(() => this.#catchUp(id))
      whole &&= read
    }
    if (whole) this.#isReady()
  }

  /** Reads a network's news; while that is under way, another notice makes it read once more. */
  #run(networkId: number): void {
    const running = this.#running.get(networkId)
    if (running) {
      running.again = true
      return
    }
    void this.#guard(() => this.#catchUp(networkId))
  }

  async #catchUp(networkId: number): Promise<void> {
    const known = this.#running.get(networkId)
    if (known) {
      known.again = true
      return
    }
    const running = { again: true }
    this.#running.set(networkId, running)
    try {
      while (running.again && !this.#stopped) {
        running.again = false
        if (await this.#readPage(networkId)) running.again = true
      }
    } finally {
      this.#running.delete(networkId)
    }
  }

  /** Whether there may be more. */
  async #readPage(networkId: number): Promise<boolean> {
    const revision = this.#follower.revisionOf(networkId)
    if (revision === null) {
      await this.#load(networkId)
      return false
    }
    try {
      const changes = await changesSince(this.#db, networkId, revision, PAGE)
      for (const change of changes) this.#follower.changed(networkId, change)
      return changes.length === PAGE
    } catch (error) {
      if (error instanceof Refusal) throw error
      this.#follower.log(
        `network ${networkId} is read anew: a change after revision ${revision} does not fit (${reason(error)})`,
      )
      await this.#load(networkId)
      return true
    }
  }

  async #load(networkId: number): Promise<void> {
    const snapshot = await loadNetwork(this.#db, networkId)
    if (snapshot) await this.#follower.loaded(snapshot)
  }

  /** What fails again each second is said once. */
  #say(fault: string): void {
    if (fault !== this.#said) this.#follower.log(fault)
    this.#said = fault
  }

  #missDatabase(): void {
    if (!this.#away) this.#follower.log('the database does not answer; what is known is served on')
    this.#away = true
  }

  /** The database being away is no reason to stop: what is in memory is served, and reading goes on when it is back. */
  async #guard(read: () => Promise<void>): Promise<boolean> {
    try {
      await read()
      if (this.#away) this.#follower.log('the database answers again')
      this.#away = false
      return true
    } catch (error) {
      if (this.#stopped) return false
      const expected = error instanceof Refusal
      if (expected) this.#missDatabase()
      else this.#say(`reading changes failed: ${reason(error)}`)
      clearTimeout(this.#retry ?? undefined)
      this.#retry = setTimeout(() => void this.#readAll(), RETRY_MS)
      return false
    }
  }
}

/** One line of the log, whatever a schema has to say. */
const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 300)
