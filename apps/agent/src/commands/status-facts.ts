import { tunnelLives } from '@warren/protocol'
import { pinFault, withPins } from '../plan/key-changes.ts'
import type { Now } from '../plan/path-state.ts'
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
  /** `direct` when it answers, `none` when nothing does (yet); a device is reached by way of the `hub`. */
  readonly path: 'direct' | 'hub' | 'none'
  readonly endpoint: string | null
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
  readonly hub: { readonly endpoint: string; readonly internal: string; readonly publicKey: string }
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
    hub: { endpoint: config.hub.endpoint, internal: config.hub.internal, publicKey: config.hub['public-key'] },
    revision: saved?.view.revision ?? null,
    daemon: {
      running: daemon.pid !== null,
      pid: daemon.pid,
      phase: told?.phase ?? null,
      sentence: told?.sentence ?? null,
      contactAt: told?.contactAt ?? null,
    },
    keys: saved && pinFault(saved.view.state, saved.pins ?? new Map(), config.network.name),
    peers: peersOf(saved, device, now),
  }
}

function peersOf(saved: Saved | null, device: LiveDevice | null, now: Now): PeerStatus[] {
  if (!saved) return []
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
        path: peer.device ? ('hub' as const) : works(seen, now) ? ('direct' as const) : ('none' as const),
        endpoint: seen?.endpoint ?? null,
        handshakeAt: seen?.handshakeAt ? new Date(seen.handshakeAt * 1000).toISOString() : null,
        rx: seen?.rx ?? 0,
        tx: seen?.tx ?? 0,
      }
    })
    .sort((a, b) => Number(b.hub) - Number(a.hub) || (a.name < b.name ? -1 : 1))
}

/** One look says nothing about silence, so the handshake alone counts. */
function works(peer: LivePeer | undefined, now: Now): boolean {
  const shakenAgoS = peer && peer.handshakeAt > 0 ? now.unixS - peer.handshakeAt : null
  return tunnelLives({ shakenAgoS, silentS: 0, keepaliveS: 0 })
}
