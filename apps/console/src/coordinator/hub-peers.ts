import { type HubNetwork, type HubPeer, type InvitationRow, type PeerRow, PublicKey } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { activeKey } from './topology/entries.ts'
import type { NetworkRows, Step } from './topology/rows.ts'
import type { Topology } from './topology/topology.ts'

/**
 * Chosen: how long the key of an ended invitation or a deleted peer still gets in at the door, to be told what happened
 * to it. A person who finds an old invitation file, or switches an old machine on, asks within days.
 */
const DOOR_OPEN_MS = 7 * 24 * 3600 * 1000

/** The hub of a network: the first where there are several. Undefined when rows have none. */
export const hubRow = (rows: NetworkRows): PeerRow | undefined =>
  [...rows.peers.values()]
    .filter((peer) => peer.kind === 'hub' && peer.deletedAt === null)
    .sort((a, b) => a.id - b.id)[0]

/** The hub's public key as it is on record; null until the hub made one. */
export const hubKey = (rows: NetworkRows): PublicKey | null => {
  const key = hubRow(rows)?.publicKey ?? null
  return key === null ? null : PublicKey.parse(key)
}

/** What the hub has to know of a network; null without a hub. */
export function hubNetwork(topology: Topology): HubNetwork | null {
  const hub = hubRow(topology.rows)
  if (!hub) return null
  const { id, name, interface: device, listenPort, listenPortBefore, apiPort, keepaliveS, dns } = topology.network
  return {
    id,
    name,
    interface: device,
    hubPeerId: hub.id,
    address: hub.address,
    prefix: topology.root.prefix,
    address6: hub.address6,
    prefix6: topology.root.prefix6,
    listenPort,
    listenPortBefore,
    apiPort,
    keepaliveS,
    publicKey: hubKey(topology.rows),
    dns,
  }
}

/** What the hub's device must hold, by ref, at a time. */
export function hubPeers(topology: Topology, nowMs: number): Map<string, HubPeer> {
  const { peers, invitations } = topology.rows
  return hubPeersFor(topology, { peers: peers.keys(), invitations: invitations.keys(), nowMs }).wanted
}

/**
 * The addresses with which a device may exchange packets through the hub: those of everybody it reaches but hubs, which
 * need no forwarding.
 */
function forwardsOf(topology: Topology, deviceId: number): string[] {
  const placed = topology.placed(deviceId)
  if (!placed) return []
  // From now on a change of what it sees names its group, and so this device.
  topology.groupOf(placed)
  return topology
    .viewOf(placed.cidr)
    .peers.filter(({ value }) => value.id !== deviceId && !value.hub)
    .flatMap(({ value }) => (value.ip6 === undefined ? [value.ip] : [value.ip, value.ip6]))
}

/** The devices whose reach a step may have changed: those of the groups that it touched. */
export const devicesIn = (topology: Topology, groups: ReadonlySet<number>): number[] =>
  groups.size === 0
    ? []
    : [...topology.rows.peers.values()]
        .filter(({ id, kind }) => kind === 'device' && groups.has(topology.placed(id)?.cidr ?? 0))
        .map(({ id }) => id)

/** The same for some rows only: what is wanted of them, and refs that are not (any more). */
export function hubPeersFor(
  topology: Topology,
  about: { peers: Iterable<number>; invitations: Iterable<number>; nowMs: number },
): { wanted: Map<string, HubPeer>; unwanted: string[] } {
  const wanted = new Map<string, HubPeer>()
  const unwanted: string[] = []
  const enter = (ref: string, peer: HubPeer | null) => {
    if (peer) wanted.set(ref, peer)
    else unwanted.push(ref)
  }
  const hub = hubRow(topology.rows)
  const key = hubKey(topology.rows)
  const isHeld = heldKeys(topology.rows)
  for (const id of about.peers) {
    const row = topology.rows.peers.get(id)
    const endpoint = topology.observedEndpoint(id)
    const known = row && row.id !== hub?.id ? memberOf(row, { key, endpoint, nowMs: about.nowMs }) : null
    const member = known && row?.kind === 'device' ? { ...known, forwards: forwardsOf(topology, id) } : known
    enter(`peer:${id}`, member && row?.deletedAt && isTaken(topology.rows, row) ? null : member)
    enter(`former:${id}`, row ? formerOf(row, { key, nowMs: about.nowMs, isHeld }) : null)
  }
  for (const id of about.invitations) {
    const row = topology.rows.invitations.get(id)
    const peer = row && topology.rows.peers.get(row.peerId)
    enter(`invitation:${id}`, row && peer ? guestOf(row, peer, { key, nowMs: about.nowMs }) : null)
  }
  return { wanted, unwanted }
}

/** The rows that a step can have changed the hub's device for: an invitation hangs on its peer, a tombstone on its key. */
export function hubRowsIn(
  rows: NetworkRows,
  { before, after }: Step,
): { peers: Set<number>; invitations: Set<number> } {
  const peers = new Set([...before.peers, ...after.peers].map(({ id }) => id))
  const invitations = new Set([...before.invitations, ...after.invitations].map(({ id }) => id))
  if (peers.size > 0) for (const { id, peerId } of rows.invitations.values()) if (peers.has(peerId)) invitations.add(id)
  const keys = new Set(after.peers.map(({ publicKey }) => publicKey))
  for (const { id, deletedAt, publicKey } of rows.peers.values()) {
    if (deletedAt !== null && publicKey !== null && keys.has(publicKey)) peers.add(id)
  }
  return { peers, invitations }
}

/**
 * A peer that has joined. Its place in the door is there whatever becomes of it, so that it can be told: moved while it
 * was off, it still has its old address; disabled or deleted, it has no other.
 */
function memberOf(
  row: PeerRow,
  { key, endpoint, nowMs }: { key: PublicKey | null; endpoint: string | null; nowMs: number },
): HubPeer | null {
  if (row.publicKey === null || row.redeemedAt === null) return null
  const own = PublicKey.parse(row.publicKey)
  // A device asks nobody.
  const door = key === null || row.kind !== 'agent' ? [] : [doorAddress(key, own)]
  const peer = { ref: `peer:${row.id}`, key: own, endpoint }
  if (activeKey(row) !== null) return { ...peer, ips: [...ipsOf(row), ...door], restricted: false }
  const isOver = row.deletedAt !== null && Date.parse(row.deletedAt) + DOOR_OPEN_MS <= nowMs
  return door.length === 0 || isOver ? null : { ...peer, ips: door, restricted: true }
}

/** The key that a member had before its present one, for as long as it may still come with it; null when it had none. */
export function formerKey({ rotations, redeemedAt, deletedAt }: PeerRow): PublicKey | null {
  const last = rotations.at(-1)
  return last && redeemedAt !== null && deletedAt === null ? PublicKey.parse(last.from) : null
}

/** When a former key is of no use any more, in Unix milliseconds. */
const formerUntil = ({ keySince }: PeerRow): number => (keySince === null ? 0 : Date.parse(keySince) + DOOR_OPEN_MS)

/**
 * The key that a member has replaced: the answer that it did still travels by it, and if that is lost, so does the same
 * question once more. In the door only, and the mesh API hears nothing else from there.
 */
function formerOf(
  row: PeerRow,
  { key, nowMs, isHeld }: { key: PublicKey | null; nowMs: number; isHeld: (key: string) => boolean },
): HubPeer | null {
  const former = formerKey(row)
  if (key === null || former === null || formerUntil(row) <= nowMs || isHeld(former)) return null
  return { ref: `former:${row.id}`, key: former, ips: [doorAddress(key, former)], restricted: true, endpoint: null }
}

/** Tells whether somebody has a key at present. Most changes never ask. */
function heldKeys({ peers, invitations }: NetworkRows): (key: string) => boolean {
  let keys: ReadonlySet<string | null> | null = null
  return (key) => {
    keys ??= new Set([
      ...[...peers.values()].map(({ publicKey }) => publicKey),
      ...[...invitations.values()].map(({ temporaryKey }) => temporaryKey),
    ])
    return keys.has(key)
  }
}

/** The mesh addresses of a peer: one of each family that it has. */
const ipsOf = ({ address, address6 }: PeerRow): string[] => (address6 === null ? [address] : [address, address6])

/** Whether the key of a deleted peer is somebody else's by now: a live peer's, or that of one deleted after it was made. */
const isTaken = (rows: NetworkRows, { id, publicKey }: PeerRow): boolean =>
  [...rows.peers.values()].some(
    (row) => row.id !== id && row.publicKey === publicKey && (row.deletedAt === null || row.id > id),
  )

/**
 * An invitation's temporary key. While it waits it has the door and the peer's own address (for clients without IPv6
 * inside the tunnel); once it has ended only the door, and that for a while.
 */
function guestOf(
  row: InvitationRow,
  peer: PeerRow,
  { key, nowMs }: { key: PublicKey | null; nowMs: number },
): HubPeer | null {
  if (key === null || row.temporaryKey === peer.publicKey) return null
  const ended = endOf(row, peer)
  if (ended + DOOR_OPEN_MS <= nowMs) return null
  const temporary = PublicKey.parse(row.temporaryKey)
  const waits = ended > nowMs && peer.enabled && peer.redeemedAt === null
  const ips = [doorAddress(key, temporary), ...(waits ? [peer.address] : [])]
  return { ref: `invitation:${row.id}`, key: temporary, ips, restricted: true, endpoint: null }
}

/** When an invitation ends or ended, in Unix milliseconds: whatever of used, revoked, expired, deleted comes first. */
const endOf = (row: InvitationRow, peer: PeerRow): number =>
  Math.min(
    ...[row.redeemedAt, row.revokedAt, row.expiresAt, peer.deletedAt]
      .filter((time) => time !== null)
      .map((time) => Date.parse(time)),
  )

/** The next moment after `nowMs` at which time alone changes what the hub must hold; null when none comes. */
export function nextMoment(rows: NetworkRows, nowMs: number): number | null {
  let next: number | null = null
  const consider = (moment: number) => {
    if (moment > nowMs && (next === null || moment < next)) next = moment
  }
  for (const row of rows.invitations.values()) {
    const peer = rows.peers.get(row.peerId)
    if (!peer) continue
    const end = endOf(row, peer)
    consider(end)
    consider(end + DOOR_OPEN_MS)
  }
  for (const row of rows.peers.values()) {
    if (row.deletedAt !== null) consider(Date.parse(row.deletedAt) + DOOR_OPEN_MS)
    if (row.rotations.length > 0) consider(formerUntil(row))
  }
  return next
}
