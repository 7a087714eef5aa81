import type { PeerStatus, Status } from './status-facts.ts'

/** One link of the chain from rule to wire. */
export type ChainLink = {
  readonly name: string
  readonly state: 'holds' | 'broken' | 'unknown'
  /** What was seen, and what to do when it is broken. */
  readonly sentence: string
}

/** What was looked at beside the status. */
export type Looked = {
  /** Seconds since the hub's last handshake; null = never. */
  readonly hubShakenAgoS: number | null
  /** Whether the console answered just now; null when there was no way to ask. */
  readonly console: { readonly answers: boolean; readonly sentence: string } | null
  /** Whether the device holds the peer with the key of the view. */
  readonly held: boolean
  /** Addresses of the peer that were asked through the tunnel, and whether each answered a ping. */
  readonly pings: readonly { readonly address: string; readonly answers: boolean }[]
  readonly nowS: number
}

/** WireGuard keeps a session this long after its handshake (REJECT_AFTER_TIME, whitepaper section 6.1), in seconds. */
const REJECT_AFTER_S = 180

const link = (name: string, good: boolean, [yes, no]: [string, string]): ChainLink => ({
  name,
  state: good ? 'holds' : 'broken',
  sentence: good ? yes : no,
})

/**
 * The chain from this node to its console and, when a peer is named, on to that peer. `wanted` is the name asked for;
 * `peer` is what the view has of it. Links after the first broken one are told as far as they were seen.
 */
export function diagnosis(
  status: Status,
  looked: Looked,
  about: { wanted: string; peer: PeerStatus | null } | null,
): ChainLink[] {
  const own = [
    link('joined', status.state === 'joined', [
      `This node is ${status.name} in ${status.network}.`,
      'Joining was interrupted; run warren join with the same invitation again.',
    ]),
    link('interface', status.up, [
      `${status.interface} is up on UDP port ${status.listenPort}.`,
      `${status.interface} is down; warren up ${status.network} brings it up.`,
    ]),
    link('daemon', status.daemon.running, [
      `The daemon runs (process ${status.daemon.pid}).`,
      `Nothing keeps this node current; start warren up ${status.network} --daemon.`,
    ]),
    hubLink(status, looked),
    consoleLink(looked),
    link('view', status.revision !== null, [
      `The view is that of revision ${status.revision}.`,
      `There is no view yet; warren fetch ${status.network} gets one.`,
    ]),
  ]
  return about ? [...own, ...peerLinks(status, looked, about)] : own
}

function hubLink({ hub }: Status, { hubShakenAgoS }: Looked): ChainLink {
  const good = hubShakenAgoS !== null && hubShakenAgoS < REJECT_AFTER_S
  const since = hubShakenAgoS === null ? 'never answered' : `last answered ${hubShakenAgoS} s ago`
  return link('hub', good, [
    `The hub at ${hub.endpoint} shook hands ${hubShakenAgoS} s ago.`,
    `The hub ${since} at ${hub.endpoint}; see whether that UDP port is open from here, and whether the hub runs.`,
  ])
}

function consoleLink({ console }: Looked): ChainLink {
  if (!console) return { name: 'console', state: 'unknown', sentence: 'The console was not asked: the tunnel is down.' }
  return { name: 'console', state: console.answers ? 'holds' : 'broken', sentence: console.sentence }
}

function peerLinks(
  { network, revision }: Status,
  { held, pings, nowS }: Looked,
  { wanted, peer }: { wanted: string; peer: PeerStatus | null },
): ChainLink[] {
  const allowed = link('allowed', peer !== null, [
    `${wanted} is in this node's view: the rules allow it.`,
    `${wanted} is not in the view of revision ${revision}: it does not exist, does not take part, or the rules of ${network} do not allow it; the console's access page says which.`,
  ])
  if (!peer) return [allowed]
  if (peer.path === 'hub') return [allowed, viaHub(wanted), ...pingLink(pings)]
  const shakenAgoS = peer.handshakeAt === null ? null : Math.round(nowS - Date.parse(peer.handshakeAt) / 1000)
  const fresh = shakenAgoS !== null && shakenAgoS < REJECT_AFTER_S
  const rest = [
    allowed,
    link('key', held, [`The device holds its key.`, 'The device lacks its key; warren fetch puts the view in force.']),
    link('endpoint', peer.endpoint !== null, [
      `It is sent to at ${peer.endpoint}.`,
      `No endpoint is known: neither the hub has seen it, nor does it tell of one; is it online?`,
    ]),
    link('handshake', fresh, [
      `It shook hands ${shakenAgoS} s ago${peer.path === 'relay' ? `, ${peer.reason}` : ''}.`,
      `It ${shakenAgoS === null ? 'never shook hands' : `last shook hands ${shakenAgoS} s ago`}${peer.reason === null ? '' : `: ${peer.reason}`}; it may be off, or no direct way leads through the NATs between and the hub does not relay.`,
    ]),
  ]
  return [...rest, ...pingLink(pings)]
}

const viaHub = (wanted: string): ChainLink => ({
  name: 'hub forwards',
  state: 'holds',
  sentence: `${wanted} is a device without an agent: the hub forwards for it.`,
})

function pingLink(pings: Looked['pings']): ChainLink[] {
  if (pings.length === 0) return []
  const silent = pings.filter(({ answers }) => !answers).map(({ address }) => address)
  const at = ` at ${silent.join(' and ')}`
  return [
    link('ping', silent.length === 0, ['It answers a ping.', `It answers no ping${at}: its own firewall may drop it.`]),
  ]
}

/** The first link that does not hold; null when all do. */
export const firstBroken = (chain: readonly ChainLink[]): ChainLink | null =>
  chain.find(({ state }) => state === 'broken') ?? null
