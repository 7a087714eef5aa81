import type { Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import type { NextAuthOptions } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { env } from '../env.ts'
import { SILENCE } from '../translate.ts'
import { askerOf, Claims, SESSION_S } from './claims.ts'
import { login } from './login.ts'
import { isSecure, sessionCookie } from './session.ts'
import { sourceOf } from './source.ts'

/** How NextAuth signs people in here: by name and password, into a cookie that each request checks against their row. */
export const authOptions = (db: Db): NextAuthOptions => ({
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
      credentials: { name: { label: 'Name' }, password: { label: 'Password', type: 'password' } },
      authorize: (given, request) => authorize(db, given, request.headers),
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) => (user ? claimsOf(user) : stillStanding(db, token)),
    session: ({ session, token }) => ({ expires: session.expires, user: { name: String(token.name ?? '') } }),
  },
  // NextAuth reports each refused login as an error; what matters is told by `authorize`.
  logger: { error: () => {}, warn: () => {} },
})

type Given = Record<'name' | 'password', string> | undefined

/** Signs in, or throws an Error whose message NextAuth hands to the page. A bug keeps its silence. */
async function authorize(db: Db, given: Given, headers: Record<string, unknown> | undefined) {
  const forwardedFor = headers?.['x-forwarded-for']
  const source = sourceOf(typeof forwardedFor === 'string' ? forwardedFor : null)
  const { name, password } = { name: String(given?.name ?? '').trim(), password: String(given?.password ?? '') }
  try {
    const person = await login(db, { name, password, source, now: new Date() })
    return { id: String(person.id), name: person.name, epoch: person.epoch }
  } catch (error) {
    if (error instanceof Refusal) throw error
    console.error('login failed:', error)
    throw new Error(SILENCE)
  }
}

/** What goes into the token of somebody who just signed in. */
function claimsOf(user: { id: string; name?: string | null; epoch?: unknown }) {
  const claims = Claims.parse({ sub: user.id, epoch: user.epoch, since: Math.floor(Date.now() / 1000) })
  return { ...claims, name: user.name ?? null }
}

/** Ends the session, by throwing, of a person who may not have it any more. An absent database ends nobody's. */
async function stillStanding<T extends object>(db: Db, token: T): Promise<T> {
  const asker = await askerOf(db, token, new Date()).catch((error: unknown) => {
    if (error instanceof Refusal) return 'unknown'
    throw error
  })
  if (asker === null) throw new Error('this session has ended')
  return token
}
