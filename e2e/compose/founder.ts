import { handoutOf } from '../../apps/console/src/features/invitations/handout.ts'
import { makeKeyPair } from '../../apps/console/src/features/invitations/key-pair.ts'

/**
 * What the first admin does in the browser, spoken over HTTP: `node founder.ts SETUP-URL ENDPOINT` makes the owner, signs
 * in, draws a network, adds a peer, and prints its invitation. The console's answers are printed when they refuse.
 */
const [url = '', endpoint = ''] = process.argv.slice(2)
const { origin, hash } = new URL(url)
const who = { name: 'anna', password: 'correct horse battery' }
const jar = new Map<string, string>()

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, ...init.headers }
  const answer = await fetch(`${origin}${path}`, { redirect: 'manual', ...init, headers })
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (name !== undefined && value !== undefined) jar.set(name, value)
  }
  return answer
}

async function tell(procedure: string, input: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await ask(`/api/trpc/${procedure}`, { method: 'POST', headers, body: JSON.stringify(input) })
  const body = await answer.json()
  if (!answer.ok) throw new Error(`${procedure}: ${JSON.stringify(body)}`)
  return body.result.data
}

/** A peer can be added as soon as the hub has a key. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === 60) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

await tell('setup.createOwner', { token: new URLSearchParams(hash.slice(1)).get('token'), ...who })
const { csrfToken } = await (await ask('/api/auth/csrf')).json()
const form = new URLSearchParams({ csrfToken, ...who, json: 'true' })
await ask('/api/auth/callback/credentials', { method: 'POST', body: form })

const made = { name: 'acme', prefix: '10.42.0.0/16', endpoint, listenPort: 51820 }
const network = (await tell('network.create', made)) as { id: number }
const root = await ask(`/api/trpc/network.state?input=${encodeURIComponent(JSON.stringify({ networkId: network.id }))}`)
const { cidrs } = (await root.json()).result.data
const place = { networkId: network.id, parentId: cidrs[0].id, name: 'people', prefix: '10.42.1.0/24' }
const people = (await tell('cidr.create', place)) as { id: number }
const keys = makeKeyPair()
const peer = { networkId: network.id, cidrId: people.id, name: 'laptop', publicKey: keys.publicKey }
const { join } = (await patiently(() => tell('peer.create', peer))) as { join: Parameters<typeof handoutOf>[1] }
process.stdout.write(handoutOf('agent', join, keys.privateKey).file)
