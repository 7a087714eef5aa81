import { parseEndpoint } from '@warren/protocol'
import { doorHub } from '@warren/protocol/door'
import type { PinRules } from '../plan/key-changes.ts'
import type { Pinned } from '../plan/view-problem.ts'
import type { PinnedHub } from '../plan/wanted.ts'
import type { JoinedConfig } from '../state/config.ts'
import { publicKeyOf } from '../wireguard/keys.ts'

/** The hub as this node's configuration names it. */
export const hubOf = (config: JoinedConfig): PinnedHub => ({
  key: config.hub['public-key'],
  address: hostOf(config.hub.internal),
  door: doorHub(config.hub['public-key']),
  endpoint: config.hub.endpoint,
})

/** What no view may contradict. `resolve` gives what is known of a DNS name now. */
export function pinnedOf(config: JoinedConfig, resolve: (host: string) => readonly string[]): Pinned {
  const outside = parseEndpoint(config.hub.endpoint)
  return {
    network: config.network.name,
    interface: config.network.interface,
    ownKey: publicKeyOf(config.peer['private-key']),
    peerId: config.peer.id,
    hubKey: config.hub['public-key'],
    hubAddress: hostOf(config.hub.internal),
    hubOutside: !outside ? [] : outside.family === null ? resolve(outside.host) : [outside.host],
  }
}

/** By which the keys of peers are judged. */
export const pinRules = (config: JoinedConfig): PinRules => ({
  network: config.network.name,
  ownId: config.peer.id,
  hubKey: config.hub['public-key'],
  strict: config.settings['pin-keys'] === 'strict',
  trusted: new Map(Object.entries(config.trusted ?? {}).map(([id, key]) => [Number(id), key])),
})

const hostOf = (endpoint: string): string => parseEndpoint(endpoint)?.host ?? ''
