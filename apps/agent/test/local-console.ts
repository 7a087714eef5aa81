import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import http from 'node:http'
import { ADMIN_SOCKET, type CidrRow, type NetworkRow, type PeerRow, usualNetwork, usualPeer } from '@warren/protocol'
import { onTestFinished } from 'vitest'
import { noteConsole } from '../src/admin/local-socket.ts'
import type { Context } from '../src/commands/context.ts'
import { program } from '../src/commands/program.ts'
import { envIn } from './cast.ts'
import { temporaryDirectory } from './temporary.ts'

const network: NetworkRow = {
  ...usualNetwork,
  id: 1,
  name: 'acme',
  interface: 'acme',
  endpoint: '203.0.113.10:51820',
  listenPort: 51820,
  apiPort: 51820,
  invitationHours: 24,
  keepaliveS: 25,
  endpointBefore: null,
}

const cidr = (id: number, name: string, prefix: string, parentId: number | null): CidrRow => ({
  ...{ id, name, prefix, parentId },
  ...{ prefix6: null, isolated: false },
})
const cidrs = [
  cidr(1, 'acme', '10.42.0.0/16', null),
  cidr(2, 'eng', '10.42.1.0/24', 1),
  cidr(3, 'lab', '10.42.1.0/28', 2),
]

const bo: PeerRow = {
  ...usualPeer,
  ...{ id: 8, cidrId: 2, name: 'bo', address: '10.42.1.20', kind: 'agent', publicKey: null },
  ...{ enabled: true, isAdmin: false, listenPort: null, endpointOverride: null, redeemedAt: null, deletedAt: null },
  rotations: [],
}

/** What a command asked a console to change. */
export type Asked = { verb: string; input: Record<string, unknown> }

/** What a command of the fake console's host said and was refused with. */
export type Outcome = { printed: string; said: string[]; failure: string | null; asked: Asked[] }

/**
 * A console that holds one network with the CIDRs acme > eng > lab and the peer bo, and answers admin commands with
 * --local on its socket. It takes every change of the network or of bo as it comes.
 */
export async function localConsole(): Promise<(...words: string[]) => Promise<Outcome>> {
  const dir = await temporaryDirectory()
  const env = envIn(dir)
  const now = { network, bo }
  const asked: Asked[] = []
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    'network.list': () => [now.network],
    'network.state': () => ({
      ...{ network: now.network, revision: 3, cidrs, peers: [now.bo] },
      ...{ associations: [], invitations: [] },
    }),
    'network.edit': ({ networkId: _, ...patch }) => {
      now.network = { ...now.network, ...patch }
      return now.network
    },
    'peer.edit': ({ networkId: _, peerId: __, ...patch }) => {
      now.bo = { ...now.bo, ...patch }
      return now.bo
    },
  }
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://localhost')
    const verb = url.pathname.split('/').at(-1) ?? ''
    const input = JSON.parse(Buffer.concat(chunks).toString() || url.searchParams.get('input') || '{}')
    if (request.method === 'POST') asked.push({ verb, input })
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ result: { data: answers[verb]?.(input) } }))
  })
  await mkdir(env.runDir, { recursive: true })
  server.listen(`${dir}/${ADMIN_SOCKET}`)
  await once(server, 'listening')
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())))
  await noteConsole(env, dir)
  return async (...words) => {
    const outcome: Outcome = { printed: '', said: [], failure: null, asked: [] }
    const context: Context = {
      env,
      tools: { run: refuse, launch: refuse, scratch: dir, userspace: 'none' },
      print: (text) => {
        outcome.printed += text
      },
      say: (line) => outcome.said.push(line),
    }
    const commands = await program(context)
    await commands.parseAsync(['node', 'warren', ...words, '--local']).catch((error: Error) => {
      outcome.failure = error.message
    })
    return { ...outcome, asked: asked.splice(0) }
  }
}

const refuse = () => Promise.reject(new Error('nothing is run here'))
