import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import type { Claims, From } from './claims.ts'

/** How long it is kept that a session was: sign-ins from there are known places. It ends long before (days). */
const KEPT_DAYS = 30

/** Chosen: what is worth showing of a User-Agent. */
const MAX_BROWSER = 200

/**
 * Begins a session of a person who has just proved who they are, and returns what its token says. `epoch` is that of the
 * moment they did: a password that was changed meanwhile, or a person who was disabled, gets none.
 * @throws Refusal not-signed-in, unavailable
 */
export async function openSession(
  db: Db,
  person: { id: number; epoch: number },
  { source, browser }: From,
): Promise<Claims> {
  const since = Math.floor(Date.now() / 1000)
  const rows = await asking(async () => {
    await db.prisma.session.deleteMany({ where: { createdAt: { lt: new Date((since - KEPT_DAYS * 86_400) * 1000) } } })
    // The lock makes whoever ends this person's sessions wait, and then find this one.
    return db.prisma.$queryRaw<{ id: number }[]>`
      INSERT INTO session (user_id, source, browser)
      SELECT id, ${source}, ${browser.slice(0, MAX_BROWSER)} FROM (
        SELECT id FROM "user"
        WHERE id = ${person.id} AND session_epoch = ${person.epoch} AND disabled_at IS NULL FOR SHARE
      ) AS standing RETURNING id`
  })
  const [row] = rows
  if (!row) throw new Refusal('not-signed-in', 'Something about your account changed just now; sign in again.')
  return { sub: String(person.id), sid: row.id, since }
}
