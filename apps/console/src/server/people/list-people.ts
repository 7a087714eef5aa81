import { asking, type Db } from '@warren/db'
import type { Role } from '@warren/protocol'
import { SESSION_S } from '../auth/claims.ts'

/** A person as owners see them. Times are ISO strings. */
export type Person = {
  id: number
  name: string
  role: Role
  subtree: { networkId: number; network: string; cidrId: number; cidr: string } | null
  disabledAt: string | null
  createdAt: string
  hasPassword: boolean
  totp: boolean
  /** Whether an identity of the OpenID Connect provider is linked. */
  oidc: boolean
  /** Until when a welcome link is open; null without one. */
  welcomeUntil: string | null
  /** When one of their sessions was last used; null for nobody signed in lately. */
  seenAt: string | null
  sessions: number
  tokens: number
}

/** Everybody who may sign in, or could, by name. */
export async function listPeople({ db }: { db: Db }): Promise<Person[]> {
  const now = Date.now()
  const users = await asking(() =>
    db.prisma.user.findMany({
      orderBy: { name: 'asc' },
      include: {
        subtree: { select: { id: true, name: true, network: { select: { id: true, name: true } } } },
        sessions: { select: { seenAt: true, createdAt: true }, orderBy: { seenAt: 'desc' } },
        _count: { select: { tokens: true } },
      },
    }),
  )
  return users.map(({ id, name, role, subtree, sessions, ...user }) => ({
    id,
    name,
    role,
    subtree: subtree && {
      networkId: subtree.network.id,
      network: subtree.network.name,
      cidrId: subtree.id,
      cidr: subtree.name,
    },
    disabledAt: user.disabledAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
    hasPassword: user.passwordHash !== null,
    totp: user.totpSealed !== null,
    oidc: user.oidcSubject !== null,
    welcomeUntil: openUntil(user.welcomeExpiresAt, now),
    seenAt: sessions[0]?.seenAt.toISOString() ?? null,
    sessions: sessions.filter((session) => now - session.createdAt.getTime() < SESSION_S * 1000).length,
    tokens: user._count.tokens,
  }))
}

const openUntil = (time: Date | null, now: number): string | null =>
  time !== null && time.getTime() > now ? time.toISOString() : null
