import { parseEndpoint } from '@warren/protocol'
import { doorAddress, doorHub } from '@warren/protocol/door'
import type { MeshTarget } from '../mesh/client.ts'
import { interfaceAddress } from '../wireguard/addresses.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import type { Config } from './config.ts'

/**
 * Where a member asks the console, and as whom. Through the door first: there it is known by its key, so it is heard
 * also after an admin gave it another address while it was off. By the hub's own address where there is no IPv6.
 */
export function meshTarget(config: Config): MeshTarget {
  const internal = parseEndpoint(config.hub.internal)
  if (!internal) throw new Error('a schema let an endpoint pass that is none')
  const hubKey = config.hub['public-key']
  const hosts = [doorHub(hubKey), internal.host] as const
  return { hosts, port: internal.port, hubKey, secret: config.peer.secret }
}

/** A member's own place in the door, as its interface has it. */
export const doorPlace = (config: Config): string =>
  interfaceAddress(doorAddress(config.hub['public-key'], publicKeyOf(config.peer['private-key'])), 64)
