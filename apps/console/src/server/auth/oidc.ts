import { readFileSync } from 'node:fs'
import { asking, type Db } from '@warren/db'
import { UserName } from '@warren/protocol'
import type { Profile, User } from 'next-auth'
import type { OAuthConfig } from 'next-auth/providers/oauth'
import { env } from '../env.ts'

/** The provider's id in NextAuth, and so in its redirect URI: …/api/auth/callback/oidc. */
export const OIDC = 'oidc'

/** What the login page is told after a sign-in with the provider that did not end well, and says in its own words. */
export const oidcFaults = ['oidc-unknown', 'oidc-taken', 'oidc-disabled', 'oidc-name'] as const
export type OidcFault = (typeof oidcFaults)[number]

type IdClaims = { sub: string }

/** The configured provider, or nothing. PKCE, state and nonce are all used (RFC 9700, section 2.1). */
export function oidcProvider(): OAuthConfig<IdClaims>[] {
  const { WARREN_OIDC_ISSUER: issuer, WARREN_OIDC_CLIENT_ID: clientId, WARREN_OIDC_NAME: name } = env()
  if (issuer === undefined || clientId === undefined) return []
  return [
    {
      id: OIDC,
      name,
      type: 'oauth',
      wellKnown: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
      issuer,
      clientId,
      clientSecret: clientSecret(),
      idToken: true,
      checks: ['pkce', 'state', 'nonce'],
      authorization: { params: { scope: 'openid profile email' } },
      profile: ({ sub }) => ({ id: sub }),
    },
  ]
}

function clientSecret(): string {
  const { WARREN_OIDC_CLIENT_SECRET: given, WARREN_OIDC_CLIENT_SECRET_FILE: file } = env()
  return given ?? readFileSync(/* turbopackIgnore: true */ file ?? '', 'utf8').trim()
}

/** What the button of the login page says, or null without a provider. */
export const oidcName = (): string | null => (env().WARREN_OIDC_ISSUER === undefined ? null : env().WARREN_OIDC_NAME)

type Found = { id: number; name: string; sessionEpoch: number; disabledAt: Date | null }

/**
 * Lets the person in whom the provider vouched for, by writing who it is into `user`; or answers the page that says why
 * not. A person is known by issuer and subject once linked; before, by the configured claim.
 */
export async function admit(db: Db, user: User, profile: Profile | undefined): Promise<true | string> {
  const claims = { ...profile } as Record<string, unknown>
  const subject = typeof claims.sub === 'string' ? `${String(claims.iss)} ${claims.sub}` : null
  const found = subject === null ? 'oidc-unknown' : await whoIs(db, subject, claims)
  if (typeof found === 'string') return `/login?error=${found}`
  if (found.disabledAt !== null) return '/login?error=oidc-disabled'
  Object.assign(user, { id: String(found.id), name: found.name, epoch: found.sessionEpoch })
  return true
}

const select = { id: true, name: true, sessionEpoch: true, disabledAt: true, oidcSubject: true } as const

async function whoIs(db: Db, subject: string, claims: Record<string, unknown>): Promise<Found | OidcFault> {
  const linked = await asking(() => db.prisma.user.findUnique({ where: { oidcSubject: subject }, select }))
  if (linked) return linked
  const name = UserName.safeParse(claimed(claims))
  if (!name.success) return 'oidc-name'
  const where = { name: { equals: name.data, mode: 'insensitive' } } as const
  const [known, second] = await asking(() => db.prisma.user.findMany({ where, select, take: 2 }))
  if (second) return 'oidc-name'
  if (known) return known.oidcSubject === null ? link(db, known, subject) : 'oidc-taken'
  return mayComeNew(claims) ? make(db, name.data, subject) : 'oidc-unknown'
}

/** The value of the configured claim; an address that the provider has not verified is nobody's. */
function claimed(claims: Record<string, unknown>): unknown {
  const claim = env().WARREN_OIDC_CLAIM
  return claim === 'email' && claims.email_verified !== true ? null : claims[claim]
}

function mayComeNew({ email, email_verified: verified }: Record<string, unknown>): boolean {
  const domain = env().WARREN_OIDC_ALLOW_DOMAIN?.toLowerCase()
  return domain !== undefined && verified === true && String(email).toLowerCase().endsWith(`@${domain}`)
}

/** Of two subjects at once, the first is linked. */
async function link(db: Db, person: Found, subject: string): Promise<Found | OidcFault> {
  const about = { userId: person.id, name: person.name }
  const where = { id: person.id, oidcSubject: null, disabledAt: null }
  return asking(() =>
    db.prisma.$transaction(async (tx) => {
      const { count } = await tx.user.updateMany({ where, data: { oidcSubject: subject } })
      if (count === 0) return person.disabledAt === null ? 'oidc-taken' : 'oidc-disabled'
      await tx.consoleEvent.create({ data: { actor: actorOf(person), kind: 'oidc.linked', about } })
      return person
    }),
  )
}

async function make(db: Db, name: string, subject: string): Promise<Found> {
  const role = env().WARREN_OIDC_ROLE
  return asking(() =>
    db.prisma.$transaction(async (tx) => {
      const person = await tx.user.create({ data: { name, role, oidcSubject: subject }, select })
      const about = { userId: person.id, name, role }
      await tx.consoleEvent.create({ data: { actor: actorOf(person), kind: 'oidc.added', about } })
      return person
    }),
  )
}

const actorOf = ({ id, name }: { id: number; name: string }) => ({ kind: 'user', id, name })
