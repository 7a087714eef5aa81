import type http from 'node:http'
import { TRPCError } from '@trpc/server'
import type { Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import * as z from 'zod'
import { readJson } from '../http-answers.ts'
import type { Credentials } from '../identity.ts'
import { askerOf } from '../mesh-router.ts'
import type { MeshNetwork } from '../network.ts'
import {
  type Admin,
  addAssociation,
  addCidr,
  addPeer,
  deleteAssociation,
  deleteCidr,
  disablePeer,
  editPeer,
  listAssociations,
  listCidrs,
  listPeers,
  renameCidr,
  type Told,
} from './admin.ts'
import { innernetCaller, type Standing } from './caller.ts'
import { InnernetState } from './state.ts'
import { putCandidates, putEndpoint, redeem, tellState, type User } from './user.ts'

/** innernet's own bound on a body. */
const MAX_BODY_BYTES = 16 * 1024

/** What every path of innernet's API begins with. */
export const INNERNET_PATH = '/v1/'

type Route = {
  readonly standing: Standing
  /** Whether a body is read; it is null else. */
  readonly reads?: true
  answer(user: User, call: { body: unknown; number: number }): Promise<Told> | Told
}

const admin = (
  answer: (admin: Admin, call: { body: unknown; number: number }) => Promise<Told>,
  reads?: true,
): Route => ({
  standing: 'admin',
  ...(reads ? { reads } : {}),
  answer: (user, call) => answer(adminOf(user), call),
})

/** By method and path; `:id` stands for the number that ends a path. */
const routes: Readonly<Record<string, Route>> = {
  'GET user/state': { standing: 'member', answer: (user) => tellState(user, stateOf(user.network)) },
  'GET user/capabilities': {
    standing: 'known',
    answer: () => ({ status: 200, body: { unspecified_ip_in_override_endpoint: true } }),
  },
  'POST user/redeem': { standing: 'joining', reads: true, answer: (user, { body }) => redeem(user, body) },
  'PUT user/endpoint': { standing: 'member', reads: true, answer: (user, { body }) => putEndpoint(user, body) },
  'PUT user/candidates': { standing: 'member', reads: true, answer: (user, { body }) => putCandidates(user, body) },
  'GET admin/peers': admin(listPeers),
  'POST admin/peers': admin((who, { body }) => addPeer(who, body), true),
  'PUT admin/peers/:id': admin((who, { body, number }) => editPeer(who, number, body), true),
  'DELETE admin/peers/:id': admin((who, { number }) => disablePeer(who, number)),
  'GET admin/cidrs': admin(listCidrs),
  'POST admin/cidrs': admin((who, { body }) => addCidr(who, body), true),
  'PUT admin/cidrs/:id': admin((who, { body, number }) => renameCidr(who, number, body), true),
  'DELETE admin/cidrs/:id': admin((who, { number }) => deleteCidr(who, number)),
  'GET admin/associations': admin(listAssociations),
  'POST admin/associations': admin((who, { body }) => addAssociation(who, body), true),
  'DELETE admin/associations/:id': admin((who, { number }) => deleteAssociation(who, number)),
}

const states = new WeakMap<MeshNetwork, InnernetState>()

function stateOf(network: MeshNetwork): InnernetState {
  const known = states.get(network) ?? new InnernetState(network)
  states.set(network, known)
  return known
}

function adminOf({ db, network, peer }: User): Admin {
  const caller = { kind: 'member', network, peer } as const
  const context = { db, caller, source: peer.address, whoAsks: async () => askerOf(caller) }
  return { network, numbers: stateOf(network).numbers, context }
}

/** Serves one request of an innernet client (facts: innernet's HTTP API, version 1). */
export async function innernetDoor(
  world: { db: Db; network: MeshNetwork; log(sentence: string): void },
  credentials: Credentials,
  { request, response }: { request: http.IncomingMessage; response: http.ServerResponse },
): Promise<void> {
  try {
    write(response, await answerTo(world, credentials, request))
  } catch (error) {
    const { status, sentence } = refusalOf(error)
    if (status === 500) world.log(`a request of an innernet client failed: ${String(error)}`)
    write(response, { status, body: sentence })
  }
}

async function answerTo(
  { db, network }: { db: Db; network: MeshNetwork },
  credentials: Credentials,
  request: http.IncomingMessage,
): Promise<Told> {
  const { name, number } = nameOf(request)
  const route = routes[name]
  // Who nobody knows learns nothing of what there is.
  const peer = await innernetCaller(network, credentials, route?.standing ?? 'known')
  if (!route) throw new NoSuchPath()
  const body = route.reads ? await readJson(request, MAX_BODY_BYTES) : null
  return route.answer({ db, network, peer }, { body, number })
}

function nameOf({ method, url }: http.IncomingMessage): { name: string; number: number } {
  const path = (url ?? '').split('?', 1)[0]?.slice(INNERNET_PATH.length) ?? ''
  const numbered = /^(.*)\/(\d{1,15})$/.exec(path)
  return numbered
    ? { name: `${method} ${numbered[1]}/:id`, number: Number(numbered[2]) }
    : { name: `${method} ${path}`, number: 0 }
}

class NoSuchPath extends Error {}

/** The statuses that innernet's clients know; the sentence is for whoever reads their log. */
function refusalOf(error: unknown): { status: number; sentence: string } {
  const cause = error instanceof TRPCError ? error.cause : error
  if (error instanceof NoSuchPath) return { status: 404, sentence: 'There is nothing at this path.' }
  if (cause instanceof z.core.$ZodError) return { status: 400, sentence: cause.issues[0]?.message ?? 'Not usable.' }
  if (!(cause instanceof Refusal)) return { status: 500, sentence: 'Something went wrong on our side.' }
  const statuses: Partial<Record<Refusal['kind'], number>> = {
    'not-signed-in': 401,
    forbidden: 401,
    expired: 401,
    'not-found': 404,
    'too-many': 413,
    unavailable: 503,
  }
  return { status: statuses[cause.kind] ?? 400, sentence: cause.message }
}

function write(response: http.ServerResponse, { status, body }: Told): void {
  if (response.destroyed) return
  const raw = Buffer.isBuffer(body)
  const text = body === null ? null : raw ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  // A body that was not read to its end would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  if (text === null) {
    response.writeHead(status, status === 204 ? {} : { 'content-length': 0 })
    response.end()
    return
  }
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  response.writeHead(status, { 'content-type': type, 'content-length': text.length })
  response.end(text)
}
