import { asking, type Db } from '@warren/db'
import { Actor, eventKinds, type ListEvents } from '@warren/protocol'
import * as z from 'zod'

/** One thing that was done to the console's people. `about` names whom, and what became of them. */
export const PersonEvent = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actor: Actor,
  kind: z.enum(eventKinds),
  about: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})
export type PersonEvent = z.infer<typeof PersonEvent>

/** What was done to people, newest first. What an older version wrote is parsed, not believed. */
export async function listEvents({ db }: { db: Db }, { before, limit }: ListEvents): Promise<PersonEvent[]> {
  const where = before === undefined ? {} : { id: { lt: before } }
  const rows = await asking(() => db.prisma.consoleEvent.findMany({ where, orderBy: { id: 'desc' }, take: limit }))
  return rows.map((row) => PersonEvent.parse({ ...row, at: row.at.toISOString() }))
}
