import type { Db } from '@warren/db'
import { decode } from 'next-auth/jwt'
import type { Asker } from '../ctx.ts'
import { env } from '../env.ts'
import { askerOf, type From } from './claims.ts'

/** Whether browsers reach the console by https, so that its cookies may be sent over nothing else. */
export const isSecure = (): boolean => env().NEXTAUTH_URL.startsWith('https://')

/** The cookie that holds the session; browsers take `__Secure-` ones over https only (RFC 6265bis, section 4.1.3). */
export const sessionCookie = (): string => `${isSecure() ? '__Secure-' : ''}next-auth.session-token`

/**
 * Who sends a request, by its Cookie header; null when nobody known does.
 * @throws Refusal unavailable
 */
export async function askerOfCookies(db: Db, cookieHeader: string | null, from?: From): Promise<Asker | null> {
  const token = cookieIn(cookieHeader ?? '', sessionCookie())
  if (token === null) return null
  const claims = await decode({ token, secret: env().NEXTAUTH_SECRET }).catch(() => null)
  return askerOf(db, claims, { now: new Date(), ...(from ? { from } : {}) })
}

function cookieIn(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const cut = pair.indexOf('=')
    if (cut >= 0 && pair.slice(0, cut).trim() === name) return pair.slice(cut + 1).trim()
  }
  return null
}
