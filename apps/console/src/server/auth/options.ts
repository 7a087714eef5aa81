import type { Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import type { NextAuthOptions, User } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { env } from '../env.ts'
import { SILENCE } from '../translate.ts'
import { askerOf, Claims, type From, SESSION_S } from './claims.ts'
import { login } from './login.ts'
import { admit, OIDC, oidcProvider } from './oidc.ts'
import { openSession } from './open-session.ts'
import { isSecure, sessionCookie } from './session.ts'

/**
 * How NextAuth signs people in here: by name, password and code, or by an OpenID Connect provider, into a cookie that
 * each request checks against the session's row. `from` is where the present request came from.
 */
export const authOptions = (db: Db, from: From): NextAuthOptions => ({
  secret: env().NEXTAUTH_SECRET,
  session: { strategy: 'jwt', maxAge: SESSION_S },
  pages: { signIn: '/login', error: '/login' },
  useSecureCookies: isSecure(),
  cookies: {
    sessionToken: {
      name: sessionCookie(),
      options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure() },
    },
  },
  providers: [
    Credentials({
      credentials: {
        name: { label: 'Name' },
        password: { label: 'Password', type: 'password' },
        code: { label: 'Code' },
      },
      authorize: (given) => authorize(db, given, from),
    }),
    ...oidcProvider(),
  ],
  callbacks: {
    signIn: ({ user, account, profile }) => (account?.provider === OIDC ? admit(db, user, profile) : true),
    jwt: ({ token, user }) => (user ? claimsOf(db, user, from) : stillStanding(db, token)),
    session: ({ session, token }) => ({ expires: session.expires, user: { name: String(token.name ?? '') } }),
  },
  events: { signOut: ({ token }) => end(db, token) },
  // NextAuth reports each refused login as an error; what matters is told by `authorize` and `admit`.
  logger: { error: () => {}, warn: () => {} },
})

type Given = Record<'name' | 'password' | 'code', string> | undefined

/** Signs in, or throws an Error whose message NextAuth hands to the page. A bug keeps its silence. */
async function authorize(db: Db, given: Given, { source }: From) {
  const typed = (field: 'name' | 'password' | 'code') => String(given?.[field] ?? '')
  const [name, password, code] = [typed('name').trim(), typed('password'), typed('code').trim()]
  try {
    const person = await login(db, { name, password, code, source, now: new Date() })
    return { id: String(person.id), name: person.name, epoch: person.epoch }
  } catch (error) {
    if (error instanceof Refusal) throw error
    console.error('login failed:', error)
    throw new Error(SILENCE)
  }
}

/** What goes into the token of somebody who just signed in: a session of their own, begun now. */
async function claimsOf(db: Db, user: User & { epoch?: unknown }, from: From) {
  if (typeof user.epoch !== 'number') throw new Error('nobody said who signed in')
  return { ...(await openSession(db, { id: Number(user.id), epoch: user.epoch }, from)), name: user.name ?? null }
}

/** Ends the session, by throwing, of a person who may not have it any more. An absent database ends nobody's. */
async function stillStanding<T extends object>(db: Db, token: T): Promise<T> {
  const asker = await askerOf(db, token, { now: new Date() }).catch((error: unknown) => {
    if (error instanceof Refusal) return 'unknown'
    throw error
  })
  if (asker === null) throw new Error('this session has ended')
  return token
}

/** Forgets the session of who signs out; a copy of its cookie is worth nothing from then on. */
async function end(db: Db, token: unknown): Promise<void> {
  const claims = Claims.safeParse(token)
  if (!claims.success) return
  await db.prisma.session.deleteMany({ where: { id: claims.data.sid, userId: Number(claims.data.sub) } })
}
