import type { Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import { askerOfToken, bearerIn } from './auth/bearer.ts'
import type { From } from './auth/claims.ts'
import { askerOfCookies } from './auth/session.ts'
import { SOURCE_HEADER } from './auth/source.ts'
import { env } from './env.ts'
import { refused } from './translate.ts'
import type { Context } from './trpc.ts'

/**
 * The context of a request to the web API: a browser's, known by its cookie, or a program's, known by its token. With a
 * token no cookie counts, so that no other site can have made a browser send the request.
 * @throws TRPCError FORBIDDEN for a request that another site made a browser send, or that is longer than any of ours
 */
export function webContext(db: Db, request: Request): Context {
  const token = bearerIn(request.headers)
  const why = (token === null ? foreignBecause(request) : null) ?? tooLongBecause(request)
  if (why) throw refused(new Refusal('forbidden', why))
  const from = fromOf(request.headers)
  const cookie = request.headers.get('cookie')
  return {
    db,
    source: from.source,
    whoAsks: () => (token === null ? askerOfCookies(db, cookie, from) : askerOfToken(db, token, new Date())),
  }
}

/** Where a request came from, and what it calls itself. */
export const fromOf = (headers: Headers): From => ({
  source: headers.get(SOURCE_HEADER) ?? 'unknown',
  browser: headers.get('user-agent') ?? '',
})

/**
 * Why a request may be the work of another site, or null. Changes come by POST and as JSON, which a foreign page cannot
 * send without asking first; beyond that the browser itself says where they come from. Over plain http to another host it
 * leaves Sec-Fetch-Site out, so Origin is the second witness. A program that is no browser sends neither, and no cookie
 * but its own.
 */
export function foreignBecause(request: Request): string | null {
  if (request.method !== 'POST') return null
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return 'Changes are sent as application/json.'
  }
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const ours = site === null ? origin === null || isOurs(origin, request) : site === 'same-origin'
  return ours ? null : 'This request came from another site; open the console itself and try again.'
}

/** Far above any input there is (bytes). */
const MAX_BODY = 1_048_576

/** Why a body is not read, or null: anyone may send one, and it is held in memory whole. */
export function tooLongBecause({ headers }: Request): string | null {
  // Without a length there is no body, unless it comes in pieces (RFC 9112, section 6.3).
  const known = !headers.has('transfer-encoding')
  return known && Number(headers.get('content-length') ?? 0) <= MAX_BODY
    ? null
    : 'This request is too long to be one of ours.'
}

function isOurs(origin: string, request: Request): boolean {
  const host = URL.canParse(origin) ? new URL(origin).host : null
  // A proxy in front may rewrite Host; browsers were told the URL that is configured.
  return host !== null && (host === request.headers.get('host') || host === new URL(env().NEXTAUTH_URL).host)
}
