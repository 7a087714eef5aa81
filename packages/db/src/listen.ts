import pg from 'pg'

/** Milliseconds between attempts to connect again: doubled from the first to the last, each with jitter. */
const BACK_OFF = { first: 100, last: 5_000 }

/** Milliseconds between proofs that the connection still answers, and how long an answer may take. */
const PULSE = { every: 20_000, answer: 10_000 }

export type Listener = { close(): Promise<void> }

type Handlers = { on: (channel: string, payload: string) => void; onReady: () => void }

/**
 * Listens on channels over a connection of its own and makes a new one whenever it is lost. `onReady` comes after each
 * connect, when LISTEN is in force: what was told meanwhile is lost, so that is the moment to catch up by revision.
 * Settles after the first attempt to connect, also when it failed; it goes on trying until `close`.
 */
export async function listen(
  url: string,
  channels: readonly string[],
  on: Handlers['on'],
  onReady: Handlers['onReady'],
): Promise<Listener> {
  let closed = false
  let session: Session | null = null
  let timer: NodeJS.Timeout | undefined
  let wait = BACK_OFF.first

  const connect = async () => {
    session = await openSession(url, channels, { on, onReady }).catch(() => null)
    if (closed) return session?.end()
    if (!session) return retry()
    wait = BACK_OFF.first
    void session.lost.then(retry)
  }
  const retry = () => {
    if (closed) return
    timer = setTimeout(() => void connect(), wait * (0.5 + Math.random() / 2))
    wait = Math.min(wait * 2, BACK_OFF.last)
  }

  await connect()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      await session?.end()
    },
  }
}

type Session = { lost: Promise<void>; end(): Promise<void> }

async function openSession(url: string, channels: readonly string[], handlers: Handlers): Promise<Session> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true })
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve())
    client.once('end', () => resolve())
  })
  // `error` may come more than once, and one nobody listens to would end the process.
  client.on('error', () => {})
  client.on('notification', (message) => handlers.on(message.channel, message.payload ?? ''))
  try {
    await client.connect()
    for (const channel of channels) await client.query(`LISTEN ${client.escapeIdentifier(channel)}`)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  const pulse = setInterval(() => void prove(client), PULSE.every)
  void lost.then(() => clearInterval(pulse))
  handlers.onReady()
  return { lost, end: () => client.end().catch(() => {}) }
}

/** A peer that vanished without a word (a cable, a suspended host) is noticed only by asking. */
async function prove(client: pg.Client) {
  const late = setTimeout(() => void client.end().catch(() => {}), PULSE.answer)
  await client.query('SELECT 1').catch(() => {})
  clearTimeout(late)
}
