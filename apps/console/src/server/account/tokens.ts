import { asking } from '@warren/db'
import { atLeast, type CreateToken, Refusal, type RevokeToken, type Role } from '@warren/protocol'
import { newToken } from '../auth/bearer.ts'
import { amongPeople } from '../people/person.ts'
import { record } from '../people/record.ts'
import { type SelfCtx, selfId } from './self.ts'

/** A token as its owner sees it: everything but itself. Times are ISO strings. */
export type OwnToken = {
  id: number
  name: string
  role: Role
  createdAt: string
  /** Null: it never expires. */
  expiresAt: string | null
  usedAt: string | null
}

const columns = { id: true, name: true, role: true, createdAt: true, expiresAt: true, usedAt: true } as const

type Columns = { id: number; name: string; role: Role; createdAt: Date; expiresAt: Date | null; usedAt: Date | null }

const ownToken = ({ id, name, role, createdAt, expiresAt, usedAt }: Columns): OwnToken => ({
  id,
  name,
  role,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  usedAt: usedAt?.toISOString() ?? null,
})

/** A person's tokens, newest first. */
export async function listTokens(ctx: SelfCtx): Promise<OwnToken[]> {
  const where = { userId: selfId(ctx) }
  const rows = await asking(() => ctx.db.prisma.apiToken.findMany({ where, select: columns, orderBy: { id: 'desc' } }))
  return rows.map(ownToken)
}

/**
 * Makes a token for a program. `token` is in this answer only; what is stored is its hash.
 * @throws Refusal forbidden (role) for more than one's own, conflict (name)
 */
export async function createToken(
  ctx: SelfCtx,
  { name, role, days }: CreateToken,
): Promise<OwnToken & { token: string }> {
  if (!atLeast(ctx.asker.role, role)) {
    throw new Refusal('forbidden', `Your role is ${ctx.asker.role}; a token cannot have more.`, 'role')
  }
  const { token, hash } = newToken()
  const expiresAt = days === undefined ? null : new Date(Date.now() + days * 86_400_000)
  const userId = selfId(ctx)
  return amongPeople(ctx.db, async (tx) => {
    const made = await tx.apiToken.create({ data: { userId, name, role, hash, expiresAt }, select: columns })
    const about = { userId, name: ctx.actor.name, token: name, role }
    await record(tx, { actor: ctx.actor, kind: 'token.created', about })
    return { ...ownToken(made), token }
  })
}

/**
 * Ends a token at once.
 * @throws Refusal not-found (tokenId)
 */
export async function revokeToken(ctx: SelfCtx, { tokenId: id }: RevokeToken): Promise<void> {
  const userId = selfId(ctx)
  await amongPeople(ctx.db, async (tx) => {
    const row = await tx.apiToken.findFirst({ where: { id, userId }, select: columns })
    if (!row) throw new Refusal('not-found', 'There is no such token of yours.', 'tokenId')
    await tx.apiToken.delete({ where: { id } })
    const about = { userId, name: ctx.actor.name, token: row.name }
    await record(tx, { actor: ctx.actor, kind: 'token.revoked', about })
  })
}
