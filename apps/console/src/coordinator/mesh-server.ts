import http from 'node:http'
import { TRPCError } from '@trpc/server'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { Db } from '@warren/db'
import { MESH_PATH, PollInput, Refusal } from '@warren/protocol'
import { readJson, refuse, writeAnswer } from './http-answers.ts'
import { type Caller, type Credentials, type Entrance, whichMember, whoJoins } from './identity.ts'
import { askerOf, type MeshContext, meshRouter } from './mesh-router.ts'
import type { MeshNetwork } from './network.ts'

/** Chosen: the largest inputs are a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024

/** Longer than a poll is held, so that the next one finds its connection still open. */
const KEEP_ALIVE_MS = 65_000

const POLL_PATH = `${MESH_PATH}/mesh.poll`
const REDEEM_PATH = `${MESH_PATH}/mesh.redeem`

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
      const caller = await callerOf(door, request)
      if (caller.kind === 'member' && pathOf(request) === POLL_PATH) return poll(caller, request, response)
      callers.set(request, caller)
      others(request, response)
    }
    serve().catch((error: unknown) => refuse(response, error, door.log))
  })
  // It would count the time of reading a request only, but who sends one is a member of the network.
  server.requestTimeout = 0
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return server
}

const pathOf = (request: http.IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? ''

const sourceOf = (door: MeshDoor, { socket }: http.IncomingMessage): string => door.sourceOf(socket.remoteAddress ?? '')

function callerOf(door: MeshDoor, request: http.IncomingMessage): Caller | Promise<Caller> {
  const credentials: Credentials = {
    source: sourceOf(door, request),
    entrance: door.entrance,
    header: (name) => request.headers[name]?.toString(),
  }
  const network = door.network()
  if (!network) throw new Refusal('unavailable', 'The console is reading this network anew; try again in a moment.')
  return pathOf(request) === REDEEM_PATH ? whoJoins(network, credentials) : whichMember(network, credentials)
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
