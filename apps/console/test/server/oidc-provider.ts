import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the provider says about whoever comes next. */
export type Claims = Record<string, string | boolean>

/** A small OpenID Connect provider on loopback: the code flow with PKCE, and a page that lets everyone in at once. */
export type Provider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who comes next; `sub` is the subject. */
  next: Claims
  /** Put into the next identity token instead of what belongs there. */
  forged: Claims
  close(): Promise<void>
}

type Code = { claims: Claims; nonce: string | null; challenge: string; redirectUri: string }

/** Starts one. It checks what a provider has to check, so that a client that leaves it out is refused. */
export async function startProvider(): Promise<Provider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, Code>()
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status = 200, headers = {}, body }) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)),
      () => fail(response),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: Provider = {
    issuer,
    clientId: 'warren',
    clientSecret: 'a secret of the client',
    next: { sub: 'nobody' },
    forged: {},
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname === '/.well-known/openid-configuration') return { body: discovery(issuer) }
    if (url.pathname === '/jwks') {
      return { body: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'one' }] } }
    }
    if (url.pathname === '/authorize') return authorize(url)
    return token(request, new URLSearchParams(await text(request)))
  }

  function authorize({ searchParams: asked }: URL): Answer {
    const challenge = asked.get('code_challenge')
    const redirectUri = asked.get('redirect_uri')
    if (asked.get('client_id') !== provider.clientId || !challenge || asked.get('code_challenge_method') !== 'S256') {
      throw new Error('the client does not ask as it should')
    }
    if (!redirectUri || !asked.get('state') || !asked.get('nonce')) throw new Error('the client leaves something out')
    const code = randomUUID()
    codes.set(code, { claims: provider.next, nonce: asked.get('nonce'), challenge, redirectUri })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    return { status: 302, headers: { location: back.href }, body: null }
  }

  function token(request: IncomingMessage, given: URLSearchParams): Answer {
    const known = codes.get(given.get('code') ?? '')
    codes.delete(given.get('code') ?? '')
    const basic = Buffer.from(`${provider.clientId}:${encodeURIComponent(provider.clientSecret).replace(/%20/g, '+')}`)
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url')
    const right =
      known?.challenge === challenge &&
      known.redirectUri === given.get('redirect_uri') &&
      request.headers.authorization === `Basic ${basic.toString('base64')}`
    if (!known || !right) return { status: 400, body: { error: 'invalid_grant' } }
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: provider.clientId,
      iat: now,
      exp: now + 300,
      nonce: known.nonce,
      ...known.claims,
    }
    const body = { access_token: randomUUID(), token_type: 'Bearer', id_token: jwt({ ...claims, ...provider.forged }) }
    return { body }
  }

  function jwt(claims: object): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  }
  return provider
}

type Answer = { status?: number; headers?: Record<string, string>; body: unknown }

const fail = (response: ServerResponse) => response.writeHead(400).end()

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic'],
  code_challenge_methods_supported: ['S256'],
})

async function text(request: IncomingMessage): Promise<string> {
  let whole = ''
  for await (const chunk of request) whole += String(chunk)
  return whole
}
