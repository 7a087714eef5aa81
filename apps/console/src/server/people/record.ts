import type { Db } from '@warren/db'
import type { Actor, EventKind } from '@warren/protocol'

/** Prisma inside a transaction of what is done to people. */
export type PeopleTx = Pick<
  Db['prisma'],
  'user' | 'session' | 'apiToken' | 'consoleEvent' | 'cidr' | 'peer' | '$queryRaw' | '$executeRaw'
>

/** What an event is about: whom, and what became of them. Never a secret, nor the hash of one. */
export type About = { userId: number; name: string } & Record<string, string | number | null>

/** Writes into the log of the console's people, in the transaction of what it tells of. */
export async function record(tx: PeopleTx, event: { actor: Actor; kind: EventKind; about: About }): Promise<void> {
  await tx.consoleEvent.create({ data: event })
}
