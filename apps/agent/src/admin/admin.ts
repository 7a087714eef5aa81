import { createTRPCUntypedClient, httpLink, TRPCClientError } from '@trpc/client'
import {
  AssociationRow,
  CidrRow,
  formatEndpoint,
  HUB_KEY_HEADER,
  InvitationRow,
  MESH_PATH,
  NetworkRow,
  PeerRow,
  Refusal,
  SECRET_HEADER,
} from '@warren/protocol'
import * as z from 'zod'
import type { Context } from '../commands/context.ts'
import { whichJoined } from '../commands/which-network.ts'
import { Failure } from '../failure.ts'
import { problemOf } from '../mesh/client.ts'
import { httpFetch } from '../mesh/http-fetch.ts'
import { meshTarget } from '../state/mesh-target.ts'
import { localFetch, localSocket } from './local-socket.ts'

/** As much of network.state as the commands look at. A newer console may say more. */
const State = z.object({
  network: z.object(NetworkRow.shape),
  revision: z.int(),
  cidrs: z.array(z.object(CidrRow.shape)),
  peers: z.array(z.object(PeerRow.shape)),
  associations: z.array(z.object(AssociationRow.shape)),
  invitations: z.array(z.object(InvitationRow.shape)),
})
export type State = z.infer<typeof State>

/** A network as its admin changes it, over the mesh or on the hub's own host. */
export type Admin = {
  readonly networkId: number
  /** The network as it is now. @throws Refusal or Failure */
  state(): Promise<State>
  /** Does what an admin verb does, and parses what it answers. @throws Refusal or Failure */
  change<T>(verb: string, input: object, answer: z.ZodType<T>): Promise<T>
}

/** Where an admin command goes: `local` means the console's own socket, for root on the hub's host. */
export type Way = { readonly network: string | undefined; readonly local: boolean }

/** Chosen: how long an answer may take (milliseconds); a change of thousands of peers takes seconds. */
const PATIENCE_MS = 30_000

type Ask = (kind: 'query' | 'mutation', path: string, input?: object) => Promise<unknown>

const Networks = z.array(z.object({ id: z.int(), name: z.string() }))

/** Opens a network for administration. @throws Failure or Refusal when it is not to be had, or not this node's to change */
export async function openAdmin(context: Context, way: Way): Promise<Admin> {
  const { ask, name } = way.local ? await localWay(context, way.network) : await meshWay(context, way.network)
  const networks = Networks.parse(await ask('query', 'network.list'))
  const network = name === undefined ? onlyOf(networks) : networks.find((one) => one.name === name)
  if (!network) throw new Failure('refused', `The console has no network ${name}.`)
  const networkId = network.id
  return {
    networkId,
    state: async () => State.parse(await ask('query', 'network.state', { networkId })),
    change: async (verb, input, answer) => answer.parse(await ask('mutation', verb, { networkId, ...input })),
  }
}

function onlyOf(networks: z.infer<typeof Networks>) {
  const [only, ...more] = networks
  if (!only) throw new Failure('refused', 'The console has no network yet; make one in the browser.')
  if (more.length === 0) return only
  const names = networks.map(({ name }) => name).join(' and ')
  throw new Failure('usage', `The console has ${names}; say which is meant with --network.`)
}

async function meshWay(context: Context, network: string | undefined): Promise<{ ask: Ask; name: string }> {
  const config = await whichJoined(context.env, network)
  const target = meshTarget(config)
  const url = `http://${formatEndpoint({ host: target.hosts[0], port: target.port })}${MESH_PATH}`
  const headers = { [HUB_KEY_HEADER]: target.hubKey, ...(target.secret ? { [SECRET_HEADER]: target.secret } : {}) }
  const { ask } = httpFetch(target.hosts)
  return { ask: asking(httpLink({ url, fetch: ask, headers })), name: config.network.name }
}

async function localWay(
  context: Context,
  network: string | undefined,
): Promise<{ ask: Ask; name: string | undefined }> {
  const fetch = localFetch(await localSocket(context.env))
  return { ask: asking(httpLink({ url: `http://localhost${MESH_PATH}`, fetch })), name: network }
}

function asking(link: ReturnType<typeof httpLink>): Ask {
  const client = createTRPCUntypedClient({ links: [link] })
  return async (kind, path, input) => {
    try {
      return await client[kind](path, input, { signal: AbortSignal.timeout(PATIENCE_MS) })
    } catch (error) {
      throw said(error)
    }
  }
}

/** What went wrong, as a command ends with it. */
function said(error: unknown): Error {
  if (!(error instanceof TRPCClientError)) return error instanceof Error ? error : new Error(String(error))
  const problem = problemOf(error)
  if (problem.kind === 'refused') return problem.refusal
  if (problem.kind === 'aborted') return new Failure('unreachable', 'The console did not answer in time.')
  return problem.kind === 'outage'
    ? new Failure('unreachable', problem.sentence)
    : new Refusal('unavailable', problem.sentence)
}
