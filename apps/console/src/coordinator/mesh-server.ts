import http from 'node:http'
import type { Socket } from 'node:net'
import { TRPCError } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { Db } from '@warren/db'
import { MESH_PATH, PollInput, Refusal } from '@warren/protocol'
import { readJson, refuse, writeAnswer } from './http-answers.ts'
import { type Caller, type Credentials, type Entrance, whichMember, whoJoins } from './identity.ts'
import { INNERNET_PATH, innernetDoor } from './innernet/door.ts'
import { askerOf, type MeshContext, meshRouter } from './mesh-router.ts'
import type { MeshNetwork } from './network.ts'

/** Chosen: the largest inputs are a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024

/** Longer than a poll is held, so that the next one finds its connection still open. */
const KEEP_ALIVE_MS = 65_000

/** Chosen: how long a request may take to arrive. How long its answer takes is another matter. */
const REQUEST_MS = 30_000

/** Chosen: an agent needs two connections, one for its poll and one for all else. */
const MAX_CONNECTIONS_EACH = 32

const POLL_PATH = `${MESH_PATH}/mesh.poll`
const REDEEM_PATH = `${MESH_PATH}/mesh.redeem`
const ROTATE_PATH = `${MESH_PATH}/mesh.rotateKey`

/** What one address of the mesh API serves. `sourceOf` tells from which address somebody came, as the kernel spells it. */
export type MeshDoor = {
  readonly db: Db
  /** Looked up for each request: after a fault it is made anew. */
  network(): MeshNetwork | undefined
  readonly entrance: Entrance
  sourceOf(remoteAddress: string): string
  log(sentence: string): void
}

/**
 * A server for one address of the mesh API, not listening yet. Polls have a handler of their own: thousands of them are
 * held, and tRPC's costs twice the memory for each (STACK, section 4). What goes over the wire is the same.
 */
export function meshServer(door: MeshDoor): http.Server {
  const callers = new WeakMap<http.IncomingMessage, Caller>()
  const others = createHTTPHandler({
    router: meshRouter,
    basePath: `${MESH_PATH}/`,
    maxBodySize: MAX_BODY_BYTES,
    createContext: async ({ req }) => contextOf(door, callers.get(req), sourceOf(door, req)),
  })
  const server = http.createServer((request, response) => {
    const serve = async () => {
      if (door.entrance === 'mesh' && request.url?.startsWith(INNERNET_PATH)) {
        return innernetDoor({ ...door, network: networkOf(door) }, credentialsOf(door, request), { request, response })
      }
      const caller = await callerOf(door, request)
      if (caller.kind === 'member' && pathOf(request) === POLL_PATH) return poll(caller, request, response)
      callers.set(request, caller)
      others(request, response)
    }
    serve().catch((error: unknown) => refuse(response, error, door.log))
  })
  server.requestTimeout = REQUEST_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.on('connection', oneOfFew(door))
  return server
}

/** Ends what one source opens beyond its share, so that no single key, revoked ones included, can use up the rest. */
function oneOfFew(door: MeshDoor): (socket: Socket) => void {
  const open = new Map<string, number>()
  return (socket) => {
    const source = door.sourceOf(socket.remoteAddress ?? '')
    const count = (open.get(source) ?? 0) + 1
    if (count > MAX_CONNECTIONS_EACH) {
      socket.destroy()
      return
    }
    open.set(source, count)
    socket.once('close', () => {
      const left = (open.get(source) ?? 1) - 1
      if (left === 0) open.delete(source)
      else open.set(source, left)
    })
  }
}

const pathOf = (request: http.IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? ''

const sourceOf = (door: MeshDoor, { socket }: http.IncomingMessage): string => door.sourceOf(socket.remoteAddress ?? '')

const credentialsOf = (door: MeshDoor, request: http.IncomingMessage): Credentials => ({
  source: sourceOf(door, request),
  entrance: door.entrance,
  header: (name) => request.headers[name]?.toString(),
})

function networkOf(door: MeshDoor): MeshNetwork {
  const network = door.network()
  if (network) return network
  throw new Refusal('unavailable', 'The console is reading this network anew; try again in a moment.')
}

function callerOf(door: MeshDoor, request: http.IncomingMessage): Caller | Promise<Caller> {
  const credentials = credentialsOf(door, request)
  const network = networkOf(door)
  const path = pathOf(request)
  if (path === REDEEM_PATH) return whoJoins(network, credentials)
  return whichMember(network, credentials, { formerToo: path === ROTATE_PATH })
}

function contextOf({ db }: MeshDoor, caller: Caller | undefined, source: string): MeshContext {
  if (!caller) throw new Error('a request got past the check of who sent it')
  return { db, caller, source, whoAsks: async () => askerOf(caller) }
}

async function poll(
  { network, peer }: Extract<Caller, { kind: 'member' }>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const input = PollInput.safeParse(await readJson(request, MAX_BODY_BYTES))
  if (!input.success) throw new TRPCError({ code: 'BAD_REQUEST', cause: input.error })
  if (response.destroyed) return
  const release = network.poll(peer.id, input.data, (answer) => writeAnswer(response, answer))
  response.once('close', release)
}
