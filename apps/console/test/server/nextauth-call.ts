import type { NextApiRequest, NextApiResponse } from 'next'
import NextAuth, { type NextAuthOptions } from 'next-auth'

/** What NextAuth answered: `url` where it sends the browser, `cookies` as it sets them, by name. */
export type AuthAnswer = { status: number; body: unknown; url: URL | null; cookies: Map<string, string> }

type Ask = {
  method: 'GET' | 'POST'
  path: string[]
  body?: Record<string, string>
  cookies?: Record<string, string>
  query?: Record<string, string>
}

/** Asks NextAuth as the login page does, without a server: through the handler it has for plain Node requests. */
export async function askNextAuth(options: NextAuthOptions, ask: Ask): Promise<AuthAnswer> {
  const headers = new Map<string, string | string[]>()
  const answer: AuthAnswer = { status: 200, body: null, url: null, cookies: new Map() }
  const end = (body: unknown) => {
    answer.body = body
  }
  const response = {
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => headers.set(name.toLowerCase(), value),
    status(code: number) {
      answer.status = code
      return response
    },
    end,
    send: end,
    json: end,
  }
  // A form's answer says where to go; any other goes there.
  const json = ask.method === 'POST' ? { json: 'true' } : {}
  const request = {
    method: ask.method,
    query: { ...ask.query, nextauth: ask.path },
    body: { ...ask.body, ...json },
    cookies: ask.cookies ?? {},
    headers: {},
  }
  // Two stand-ins of what Next would hand over; NextAuth uses no more of them than this.
  await NextAuth(request as unknown as NextApiRequest, response as unknown as NextApiResponse, options)
  for (const cookie of [headers.get('set-cookie') ?? []].flat()) {
    answer.cookies.set(cookie.slice(0, cookie.indexOf('=')), cookie)
  }
  const { body } = answer
  if (typeof body === 'object' && body !== null && 'url' in body && typeof body.url === 'string') {
    answer.url = new URL(body.url)
  }
  const location = headers.get('location')
  if (typeof location === 'string') answer.url = new URL(location, 'http://console.test:3000')
  return answer
}

/** The `name=value` of a Set-Cookie header. */
export const pairOf = (setCookie: string): [string, string] => {
  const [pair = ''] = setCookie.split(';')
  const cut = pair.indexOf('=')
  return [pair.slice(0, cut), decodeURIComponent(pair.slice(cut + 1))]
}

/** Signs in with a name and a password, with the token against forged requests that the page would fetch first. */
export async function signIn(options: NextAuthOptions, given: { name: string; password: string; code?: string }) {
  const csrf = await askNextAuth(options, { method: 'GET', path: ['csrf'] })
  const { csrfToken } = csrf.body as { csrfToken: string }
  return askNextAuth(options, {
    method: 'POST',
    path: ['callback', 'credentials'],
    body: { ...given, csrfToken },
    cookies: Object.fromEntries([...csrf.cookies.values()].map(pairOf)),
  })
}
