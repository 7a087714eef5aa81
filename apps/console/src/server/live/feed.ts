import {
  CHANGE_CHANNEL,
  type Db,
  LINKS_CHANNEL,
  type Listener,
  listen,
  listNetworks,
  parseChangeNotice,
  parseStatusNotice,
  RECEIPT_CHANNEL,
  STATUS_CHANNEL,
  TRIAL_CHANNEL,
} from '@warren/db'

/** What a browser is told so that it asks again: a network has a new revision, or something was observed in it. */
export type LiveEvent =
  | { kind: 'change'; networkId: number; revision: number }
  | { kind: 'status' | 'links' | 'receipt' | 'trial'; networkId: number }

/** The channels whose payload is a network's id alone. */
const plainChannels: Readonly<Record<string, 'status' | 'links' | 'receipt' | 'trial'>> = {
  [STATUS_CHANNEL]: 'status',
  [LINKS_CHANNEL]: 'links',
  [RECEIPT_CHANNEL]: 'receipt',
  [TRIAL_CHANNEL]: 'trial',
}

/** The events of one database, from one connection for any number of readers. */
export type Feed = {
  /** Calls back with where every network stands, and then with each event; returns what ends it. */
  subscribe(on: (event: LiveEvent) => void): Promise<() => void>
}

declare global {
  /** Next bundles route handlers apart from each other; only the global object is the same for all of them. */
  var warrenFeeds: Map<string, Feed> | undefined
}

/** The feed of a database. There is one for each in the process, and it listens only while somebody reads. */
export function feedOf(db: Db): Feed {
  globalThis.warrenFeeds ??= new Map()
  const feed = globalThis.warrenFeeds.get(db.url) ?? openFeed(db)
  globalThis.warrenFeeds.set(db.url, feed)
  return feed
}

function openFeed(db: Db): Feed {
  const readers = new Set<(event: LiveEvent) => void>()
  const tell = (event: LiveEvent) => readers.forEach((on) => void on(event))
  let listener: Promise<Listener> | null = null

  const hear = (channel: string, payload: string) => {
    const event = eventOf(channel, payload)
    if (event) tell(event)
  }
  // What was told while the connection was lost is made up for by telling where everything stands.
  const catchUp = async () => (await whereThingsStand(db)).forEach(tell)

  return {
    async subscribe(on) {
      readers.add(on)
      const joins = listener !== null
      listener ??= listen(db.url, [CHANGE_CHANNEL, ...Object.keys(plainChannels)], hear, () => void catchUp())
      await listener
      // The first one is told by the connection it opened.
      if (joins) for (const event of await whereThingsStand(db)) on(event)
      return () => {
        readers.delete(on)
        if (readers.size > 0) return
        void listener?.then((open) => open.close())
        listener = null
      }
    },
  }
}

function eventOf(channel: string, payload: string): LiveEvent | null {
  if (channel === CHANGE_CHANNEL) {
    const notice = parseChangeNotice(payload)
    return notice && { kind: 'change', ...notice }
  }
  const kind = plainChannels[channel]
  const notice = parseStatusNotice(payload)
  return kind && notice ? { kind, ...notice } : null
}

/** An event for each network. None when the database does not answer: the next connection brings them. */
async function whereThingsStand(db: Db): Promise<LiveEvent[]> {
  const networks = await listNetworks(db).catch(() => [])
  return networks.flatMap(({ id, revision }): LiveEvent[] => [
    { kind: 'change', networkId: id, revision },
    { kind: 'status', networkId: id },
  ])
}
