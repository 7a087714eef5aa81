import {
  type Address,
  addressProblem,
  buildTree,
  type CidrNode,
  explainAddressProblem,
  explainInterfaceName,
  explainName,
  formatAddress,
  formatPrefix,
  interfaceNameProblem,
  nameProblem,
  parseAddress,
  prefixOf,
  type Tree,
} from '@warren/cidr'
import { EndpointText, PublicKey } from '@warren/protocol'
import * as z from 'zod'
import type { InnernetConfig, InnernetRows } from './innernet-rows.ts'

/** The CIDR of an innernet-server's own, and itself: these ids are built into innernet. */
const INFRA_ID = 2
const SERVER_ID = 1

export type PlannedPeer = {
  readonly id: number
  readonly cidr: number
  readonly name: string
  readonly address: string
  readonly key: string
  readonly isAdmin: boolean
  readonly enabled: boolean
  readonly redeemed: boolean
  /** ISO 8601; null when innernet gave none. */
  readonly expiresAt: string | null
  readonly endpointOverride: string | null
  readonly candidates: readonly string[]
}

/** What an import makes, with innernet's ids; parents before children. */
export type ImportPlan = {
  readonly name: string
  readonly root: string
  readonly endpoint: string
  readonly listenPort: number
  readonly hub: PlannedPeer
  readonly cidrs: readonly { id: number; parent: number | null; name: string; prefix: string }[]
  readonly peers: readonly PlannedPeer[]
  readonly associations: readonly { a: number; b: number }[]
  /** What is not taken over as it was, each a sentence. */
  readonly notes: readonly string[]
}

/** Either everything can be taken over, or nothing is, and these sentences say why. */
export type Planned = { readonly plan: ImportPlan } | { readonly problems: readonly string[] }

export type ImportInput = {
  readonly name: string
  readonly rows: InnernetRows
  readonly config: InnernetConfig
  /** The public half of the configuration's key. */
  readonly publicKey: string
  /** `host:port` at which nodes reach the server; null: what the database says. */
  readonly endpoint: string | null
}

/** Plans the import of an innernet-server's network: its nodes find the same server, key, addresses and peers again. */
export function planImport(input: ImportInput): Planned {
  const problems: string[] = []
  const notes: string[] = []
  const server = input.rows.peers.find(({ id }) => id === SERVER_ID)
  const tree = treeIn(input, problems)
  if (!tree || !server) {
    if (!server) problems.push('Its peer 1, the server, is missing.')
    return { problems }
  }
  problems.push(...namingProblems(input), ...serverProblems(input, server), ...seatProblems(input.rows, tree))
  const endpoint = input.endpoint ?? server.endpoint
  if (endpoint === null || !EndpointText.safeParse(endpoint).success) {
    problems.push('It does not say at which host:port nodes reach the server; give it with --endpoint.')
  }
  if (problems.length > 0) return { problems }

  const peers = input.rows.peers.map((row) => peerOf(row, notes))
  const hub = peers.find(({ id }) => id === SERVER_ID)
  if (!hub || endpoint === null) throw new Error('the server was there a moment ago')
  const cidrs = tree.nodes.map(({ id, parentId, name, prefix }) => {
    return { id, parent: parentId, name, prefix: formatPrefix(prefix) }
  })
  const plan: ImportPlan = {
    name: input.name,
    root: formatPrefix(tree.root.prefix),
    endpoint,
    listenPort: input.config['listen-port'],
    hub,
    cidrs,
    peers: peers.filter(({ id }) => id !== SERVER_ID),
    associations: distinct(input.rows.associations, notes),
    notes,
  }
  return { plan }
}

/** innernet lets host bits stand in a CIDR; ours have none. */
function treeIn({ rows }: ImportInput, problems: string[]): Tree | null {
  const nodes = rows.cidrs.flatMap(({ id, name, ip, prefix, parent }): CidrNode[] => {
    const address = parseAddress(ip)
    if (!address.ok || prefix < 0 || prefix > (address.value.family === 4 ? 32 : 128)) {
      problems.push(`The CIDR ${name} has no usable prefix: ${ip}/${prefix}.`)
      return []
    }
    return [{ id, name, prefix: prefixOf(address.value, prefix), parentId: parent, isolated: false }]
  })
  if (problems.length > 0) return null
  try {
    return buildTree(nodes)
  } catch (error) {
    problems.push(`Its CIDRs are no tree: ${error instanceof Error ? error.message : String(error)}.`)
    return null
  }
}

function namingProblems({ name, rows }: ImportInput): string[] {
  const why = (what: string, text: string): string[] => {
    const problem = nameProblem(text)
    return problem ? [`${what} ${JSON.stringify(text)}: ${explainName(problem)}`] : []
  }
  const device = interfaceNameProblem(name)
  return [
    ...why('The network', name),
    ...(device ? [`The interface ${JSON.stringify(name)}: ${explainInterfaceName(device)}`] : []),
    ...rows.cidrs.flatMap((cidr) => why('The CIDR', cidr.name)),
    ...rows.peers.flatMap((peer) => why('The peer', peer.name)),
    ...rows.peers
      .filter(({ public_key }) => !PublicKey.safeParse(public_key).success)
      .map((peer) => `The peer ${peer.name} has no usable WireGuard key.`),
  ]
}

function serverProblems({ config, publicKey }: ImportInput, server: InnernetRows['peers'][number]): string[] {
  const address = parseAddress(config.address)
  return [
    ...(server.public_key === publicKey
      ? []
      : ['The key in the configuration is not that of the server in the database.']),
    ...(address.ok && formatAddress(address.value) === server.ip
      ? []
      : [`The configuration says that the server is ${config.address}, the database ${server.ip}.`]),
    ...(server.cidr_id === INFRA_ID ? [] : ['The server does not sit in the CIDR of its own.']),
  ]
}

function seatProblems({ peers }: InnernetRows, tree: Tree): string[] {
  const parsed = peers.flatMap((peer): { peer: (typeof peers)[number]; address: Address }[] => {
    const address = parseAddress(peer.ip)
    return address.ok ? [{ peer, address: address.value }] : []
  })
  const unread = peers.length - parsed.length
  return [
    ...(unread > 0 ? [`${unread} of its peers have no usable address.`] : []),
    ...parsed.flatMap(({ peer, address }) => {
      if (!tree.get(peer.cidr_id)) return [`The peer ${peer.name} sits in no CIDR.`]
      const others = parsed.filter((other) => other.peer.id !== peer.id)
      const taken = others.map((other) => ({ address: other.address, name: other.peer.name, deleted: false }))
      const problem = addressProblem(tree, peer.cidr_id, address, taken)
      return problem ? [`The peer ${peer.name}: ${explainAddressProblem(problem)}`] : []
    }),
  ]
}

function peerOf(row: InnernetRows['peers'][number], notes: string[]): PlannedPeer {
  const usable = row.endpoint === null || EndpointText.safeParse(row.endpoint).success
  if (!usable) notes.push(`The endpoint set by hand of ${row.name}, ${row.endpoint}, is not usable and is left out.`)
  return {
    id: row.id,
    cidr: row.cidr_id,
    name: row.name,
    address: row.ip,
    key: row.public_key,
    isAdmin: row.is_admin,
    enabled: !row.is_disabled,
    redeemed: row.is_redeemed,
    expiresAt: row.invite_expires === null ? null : new Date(row.invite_expires * 1000).toISOString(),
    endpointOverride: usable ? row.endpoint : null,
    candidates: candidatesIn(row.candidates),
  }
}

const Candidates = z.array(EndpointText)

/** Only hints: what cannot be read is left out. */
function candidatesIn(text: string | null): string[] {
  try {
    const read = Candidates.safeParse(JSON.parse(text ?? '[]'))
    return read.success ? read.data : []
  } catch {
    return []
  }
}

/** innernet does not mind the same pair twice, nor a CIDR with itself. */
function distinct(rows: InnernetRows['associations'], notes: string[]): { a: number; b: number }[] {
  const pairs = new Map<string, { a: number; b: number }>()
  for (const { cidr_id_1: a, cidr_id_2: b } of rows) {
    const key = [a, b].sort((x, y) => x - y).join()
    if (a === b || pairs.has(key)) notes.push(`The association of CIDR ${a} and ${b} says nothing new and is left out.`)
    else pairs.set(key, { a, b })
  }
  return [...pairs.values()]
}
