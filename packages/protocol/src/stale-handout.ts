import type { CidrRow, Handed, NetworkRow, PeerRow } from './change.ts'
import { deviceLines } from './device-lines.ts'

/** A device, and what of its network its configuration depends on. */
export type DeviceWorld = {
  readonly peer: Pick<PeerRow, 'kind' | 'address' | 'address6'>
  readonly network: Pick<NetworkRow, 'endpoint'>
  readonly root: Pick<CidrRow, 'prefix' | 'prefix6'>
  readonly hubKey: string
}

/**
 * What a device's configuration has to say as things are. A root of the second family is of no use to a device without an
 * address in it.
 */
export function dueHandout({ peer, network, root, hubKey }: DeviceWorld): Handed {
  const { address, address6 } = peer
  const allowed = root.prefix6 === null || address6 === null ? [root.prefix] : [root.prefix, root.prefix6]
  return { address, address6, allowed, endpoint: network.endpoint, hubKey }
}

/** A line of a device's configuration that is out of date. */
export type StaleLine = {
  readonly field: keyof ReturnType<typeof deviceLines>
  /** What happened, one sentence. */
  readonly reason: string
  /** The line as it has to be, as it stands in the file. */
  readonly line: string
  /** Whether the device has no connection until it is changed; else it goes on with less, or for some time. */
  readonly cut: boolean
}

/**
 * What of a device's configuration is out of date; nothing for other kinds, and for one that was handed out before that
 * was written down. `network.endpointBefore`: while the hub moves, it is reached where it was, too.
 */
export function staleHandout(
  world: Omit<DeviceWorld, 'peer' | 'network' | 'hubKey'> & {
    readonly peer: DeviceWorld['peer'] & Pick<PeerRow, 'handed'>
    readonly network: Pick<NetworkRow, 'endpoint' | 'endpointBefore'>
    readonly hubKey: string | null
  },
): StaleLine[] {
  const { peer, network, hubKey } = world
  if (peer.kind !== 'device' || peer.handed === null || hubKey === null) return []
  const was = peer.handed
  const is = dueHandout({ ...world, hubKey })
  const lines = deviceLines(is)
  const before = deviceLines(was)
  const stale = (field: StaleLine['field'], reason: string, cut: boolean): StaleLine[] =>
    lines[field] === before[field] ? [] : [{ field, reason, line: lines[field], cut }]
  const lasts = was.endpoint === network.endpointBefore
  return [
    ...stale('Address', addressReason(was, is), was.address !== is.address),
    ...stale('PublicKey', 'The hub has another key now.', true),
    ...stale('AllowedIPs', `The network is ${is.allowed.join(' and ')} now, not ${was.allowed.join(' and ')}.`, false),
    ...stale('Endpoint', endpointReason(was, is, lasts), !lasts),
  ]
}

function addressReason(was: Handed, is: Handed): string {
  if (was.address !== is.address) return `It moved: its address is ${is.address} now, not ${was.address}.`
  if (is.address6 === null) return `It has the IPv6 address ${was.address6} no longer.`
  if (was.address6 === null) return `It has an IPv6 address now, ${is.address6}.`
  return `It moved: its IPv6 address is ${is.address6} now, not ${was.address6}.`
}

const endpointReason = (was: Handed, is: Handed, lasts: boolean): string =>
  `The hub is at ${is.endpoint} now, not at ${was.endpoint}${lasts ? ', where it still answers for some time' : ''}.`
