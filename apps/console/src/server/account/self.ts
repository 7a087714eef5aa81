import { asking } from '@warren/db'
import { Refusal } from '@warren/protocol'
import { attempt } from '../auth/attempts.ts'
import { isPassword } from '../auth/password.ts'
import type { Asker, Ctx } from '../ctx.ts'

/** What a person's verbs about themselves act with. */
export type SelfCtx = Ctx & { readonly asker: Asker; readonly source: string }

/** The id of the person who asks. */
export function selfId({ asker: { actor } }: SelfCtx): number {
  if (actor.kind !== 'user' || actor.id === null) throw new Error('a person was expected to ask')
  return actor.id
}

/** The row of the person who asks. */
export async function selfOf(ctx: SelfCtx) {
  const user = await asking(() => ctx.db.prisma.user.findUnique({ where: { id: selfId(ctx) } }))
  if (!user) throw new Refusal('not-signed-in', 'You are not signed in; sign in and try again.')
  return user
}

/**
 * The row of the person who asks, once they have proved that they know its password: a session that was left open must
 * not be enough. Wrong ones count against the limit on attempts.
 * @throws Refusal rule-broken without a password, forbidden (present) for a wrong one, too-many
 */
export async function provenSelf(ctx: SelfCtx, present: string) {
  const user = await selfOf(ctx)
  const { passwordHash } = user
  if (passwordHash === null) {
    throw new Refusal('rule-broken', 'You have no password here; ask an owner for a link to set one.')
  }
  const about = { what: 'password', name: user.name, source: ctx.source, now: new Date() } as const
  const isUsualPlace = async () => true
  const right = await attempt(ctx.db, { ...about, isUsualPlace }, async () =>
    (await isPassword(present, passwordHash)) ? true : null,
  )
  if (right === null) throw new Refusal('forbidden', 'That is not your present password.', 'present')
  return user
}
