import { type PeerEntry, tunnelLives } from '@warren/protocol'
import { pinFault, withPins } from '../plan/key-changes.ts'
import type { Now } from '../plan/path-state.ts'
import { rhythmText } from '../plan/rhythm.ts'
import type { Config } from '../state/config.ts'
import type { DaemonStatus } from '../state/daemon-status.ts'
import type { Saved } from '../state/saved-view.ts'
import type { LiveDevice, LivePeer } from '../wireguard/dump.ts'
import { publicKeyOf } from '../wireguard/keys.ts'

/** One peer in `warren status --json`. */
export type PeerStatus = {
  readonly id: number
  readonly name: string
  readonly address: string
  /** Null where the network, or this peer, has one family only. */
  readonly address6: string | null
  readonly publicKey: string
  readonly hub: boolean
  /** `none` when nothing answers (yet); `relay`: the hub passes on what it cannot read; a device is reached by way of the `hub`. */
  readonly path: 'direct' | 'relay' | 'hub' | 'none'
  /** Why it is not direct, one sentence; null when it is, or when nothing is known of it. */
  readonly reason: string | null
  readonly endpoint: string | null
  /** The endpoint that this node was told to try first (warren override-endpoint --peer). */
  readonly chosen: string | null
  /** ISO time of the last handshake. */
  readonly handshakeAt: string | null
  readonly rx: number
  readonly tx: number
}

/** `warren status --json`: the shape is kept; fields may be added. */
export type Status = {
  readonly network: string
  readonly state: 'joined' | 'pending'
  readonly interface: string
  readonly up: boolean
  readonly name: string | null
  readonly address: string
  readonly prefix: string
  readonly address6: string | null
  readonly prefix6: string | null
  readonly publicKey: string
  readonly listenPort: number
  readonly hosts: boolean
  /** `endpoint`: where it is sent to now; while the tunnel is down, where the configuration names it. */
  readonly hub: { readonly endpoint: string; readonly internal: string; readonly publicKey: string }
  /** How the console is asked for news, for a person. */
  readonly poll: string
  /** Revision of the saved view. */
  readonly revision: number | null
  readonly daemon: {
    readonly running: boolean
    readonly pid: number | null
    readonly phase: string | null
    readonly sentence: string | null
    readonly contactAt: string | null
  }
  /** Peers whose new key this node refuses, a sentence or two; null when there are none. */
  readonly keys: string | null
  readonly peers: readonly PeerStatus[]
}

export type StatusFacts = {
  readonly config: Config
  readonly saved: Saved | null
  readonly device: LiveDevice | null
  readonly daemon: { readonly pid: number | null; readonly told: DaemonStatus | null }
  readonly now: Now
}

/** Puts together what is known of a network on this node. */
export function statusOf({ config, saved, device, daemon, now }: StatusFacts): Status {
  const self = saved?.view.self
  const told = daemon.pid === null ? null : daemon.told
  return {
    network: config.network.name,
    state: config.state,
    interface: config.network.interface,
    up: device !== null,
    name: self?.name ?? (config.state === 'joined' ? config.peer.name : null),
    address: self?.ip ?? config.peer.address,
    prefix: self?.network.prefix ?? config.network.prefix,
    address6: self?.ip6 ?? null,
    prefix6: self?.network.prefix6 ?? null,
    publicKey: publicKeyOf(config.peer['private-key']),
    listenPort: config.peer['listen-port'],
    hosts: config.settings.hosts,
    hub: {
      endpoint: device?.peers.find(({ key }) => key === config.hub['public-key'])?.endpoint ?? config.hub.endpoint,
      internal: config.hub.internal,
      publicKey: config.hub['public-key'],
    },
    poll: rhythmText(self?.poll),
    revision: saved?.view.revision ?? null,
    daemon: {
      running: daemon.pid !== null,
      pid: daemon.pid,
      phase: told?.phase ?? null,
      sentence: told?.sentence ?? null,
      contactAt: told?.contactAt ?? null,
    },
    keys: saved && pinFault(saved.view.state, saved.pins ?? new Map(), config.network.name),
    peers: peersOf({ config, saved, device, daemon: { ...daemon, told }, now }),
  }
}

function peersOf({ config, saved, device, daemon, now }: StatusFacts): PeerStatus[] {
  if (!saved) return []
  const relays = new Map(saved.view.self.relays?.map(({ peer, at }) => [peer, at]))
  const chosen = new Map(config.settings.endpoints?.map(({ peer, at }) => [peer, at]))
  const indirect = new Map(daemon.told?.paths.map((one) => [one.peer, one]))
  const live = new Map(device?.peers.map((peer): [string, LivePeer] => [peer.key, peer]))
  return [...withPins(saved.view.state, saved.pins ?? new Map()).peers.values()]
    .filter((peer) => peer.id !== saved.view.self.id)
    .map((peer) => {
      const seen = live.get(peer.key)
      return {
        id: peer.id,
        name: peer.name,
        address: peer.ip,
        address6: peer.ip6 ?? null,
        publicKey: peer.key,
        hub: peer.hub ?? false,
        ...pathOf(
          peer,
          { works: works(seen, now), at: seen?.endpoint ?? null },
          { relay: relays.get(peer.id), told: indirect.get(peer.id) },
        ),
        chosen: chosen.get(peer.id) ?? null,
        handshakeAt: seen?.handshakeAt ? new Date(seen.handshakeAt * 1000).toISOString() : null,
        rx: seen?.rx ?? 0,
        tx: seen?.tx ?? 0,
      }
    })
    .sort((a, b) => Number(b.hub) - Number(a.hub) || (a.name < b.name ? -1 : 1))
}

type Way = Pick<PeerStatus, 'path' | 'endpoint' | 'reason'>

/**
 * How a peer is reached. A daemon knows better than one look: while it tries for a direct path, the device shows that.
 */
function pathOf(
  peer: PeerEntry,
  { works, at }: { works: boolean; at: string | null },
  { relay, told }: { relay: string | undefined; told: DaemonStatus['paths'][number] | undefined },
): Way {
  if (peer.device) return { path: 'hub', endpoint: at, reason: null }
  const tried = told && told.tried.length > 0 ? ` (tried ${told.tried.join(', ')})` : ''
  if (relay !== undefined && (told?.via === 'relay' || (works && at === relay))) {
    return { path: 'relay', endpoint: relay, reason: `relayed by the hub: no direct endpoint answered${tried}` }
  }
  if (works) return { path: 'direct', endpoint: at, reason: null }
  const reason = tried !== '' ? `nothing answered${tried}` : at === null ? 'no endpoint is known' : null
  return { path: 'none', endpoint: at, reason }
}

/** One look says nothing about silence, so the handshake alone counts. */
function works(peer: LivePeer | undefined, now: Now): boolean {
  const shakenAgoS = peer && peer.handshakeAt > 0 ? now.unixS - peer.handshakeAt : null
  return tunnelLives({ shakenAgoS, silentS: 0, keepaliveS: 0 })
}
