import { type NextRequest, NextResponse } from 'next/server'

/** Where a person must be signed in. The pages themselves ask the server, which checks again; this only saves a flash. */
const SIGNED_IN = /^\/(?:$|(?:n|networks|people|account)(?:\/|$))/

/** next-auth's cookie, over http and over https; a long token is split into numbered parts. */
const SESSION_COOKIE = /^(?:__Secure-)?next-auth\.session-token(?:\.\d+)?$/

/** Gives every page its Content-Security-Policy with a fresh nonce, and sends strangers to the login. */
export function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl
  const hasSession = request.cookies.getAll().some((cookie) => SESSION_COOKIE.test(cookie.name))
  if (SIGNED_IN.test(pathname) && pathname !== '/' && !hasSession) {
    const login = new URL('/login', request.url)
    login.searchParams.set('from', `${pathname}${search}`)
    return NextResponse.redirect(login)
  }

  const nonce = btoa(crypto.randomUUID())
  const policy = contentSecurityPolicy(nonce)
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  // Next reads the nonce for its own scripts from the request's header of this name.
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}

function contentSecurityPolicy(nonce: string): string {
  // React's development build evaluates strings to show server stacks; the production build does not.
  // biome-ignore lint/style/noProcessEnv: replaced by its value at build time
  const evaluation = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${evaluation}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export const config = {
  matcher: [
    {
      source: '/((?!api|install\\.sh|warren\\.cjs|_next/static|_next/image|icon\\.svg).*)',
      missing: [
        { type: 'header', key: 'next-router-prefetch' },
        { type: 'header', key: 'purpose', value: 'prefetch' },
      ],
    },
  ],
}
