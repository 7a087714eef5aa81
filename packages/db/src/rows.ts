import { formatAddress, formatPrefix, parseAddress, parsePrefix } from '@warren/cidr'
import {
  type AssociationRow,
  type CidrRow,
  Handed,
  type InvitationRow,
  type NetworkRow,
  type PeerRow,
  Rotation,
  type Rows,
  type usualNetwork,
  type usualPeer,
} from '@warren/protocol'
import type { Association, Cidr, Invitation, Network, Peer } from './generated/client.ts'

/** The row type of each kind. */
export type RowOf = { [K in keyof Rows]: Rows[K][number] }

/** Columns that the database fills in where nobody chose. */
type Usual = keyof typeof usualNetwork | keyof typeof usualPeer | 'prefix6'

/** A row before the database has numbered it. */
export type New<R> = Omit<R, 'id' | Usual> & Partial<Pick<R, Extract<keyof R, Usual>>>

/** A network as the log knows it: without its revision, which every change of anything in it would touch. */
export const networkRow = (n: Network): NetworkRow => ({
  id: n.id,
  name: n.name,
  interface: n.interface,
  endpoint: n.endpoint,
  listenPort: n.listenPort,
  apiPort: n.apiPort,
  invitationHours: n.invitationHours,
  keepaliveS: n.keepaliveS,
  endpointBefore: n.endpointBefore,
  listenPortBefore: n.listenPortBefore,
  movedRevision: n.movedRevision,
  pollHoldS: n.pollHoldS,
  pollEveryS: n.pollEveryS,
  rotateDays: n.rotateDays,
  relay: n.relay,
  dns: n.dns,
})

export const cidrRow = (c: Cidr): CidrRow => ({
  id: c.id,
  parentId: c.parentId,
  name: c.name,
  prefix: prefixText(c.prefix),
  prefix6: c.prefix6 === null ? null : prefixText(c.prefix6),
  isolated: c.isolated,
})

/** Field by field on purpose: the secret's hash stays behind, whatever columns are added later. */
export const peerRow = (p: Omit<Peer, 'secretHash'>): PeerRow => ({
  id: p.id,
  cidrId: p.cidrId,
  name: p.name,
  address: addressText(p.address),
  address6: p.address6 === null ? null : addressText(p.address6),
  kind: p.kind,
  publicKey: p.publicKey,
  enabled: p.enabled,
  isAdmin: p.isAdmin,
  listenPort: p.listenPort,
  endpointOverride: p.endpointOverride,
  redeemedAt: timeText(p.redeemedAt),
  deletedAt: timeText(p.deletedAt),
  rotations: Rotation.array().parse(p.rotations),
  keySince: timeText(p.keySince),
  rotateAskedAt: timeText(p.rotateAskedAt),
  incarnation: p.incarnation,
  pollHoldS: p.pollHoldS,
  pollEveryS: p.pollEveryS,
  handed: Handed.nullable().parse(p.handed),
})

export const associationRow = (a: Association): AssociationRow => ({ id: a.id, a: a.a, b: a.b })

export const invitationRow = (i: Invitation): InvitationRow => ({
  id: i.id,
  peerId: i.peerId,
  temporaryKey: i.temporaryKey,
  createdAt: i.createdAt.toISOString(),
  expiresAt: i.expiresAt.toISOString(),
  redeemedAt: timeText(i.redeemedAt),
  revokedAt: timeText(i.revokedAt),
})

/** A time as rows carry it: ISO 8601 in UTC. */
export const timeText = (time: Date | null): string | null => time?.toISOString() ?? null

/**
 * Postgres leaves out the width of a single host and writes some IPv6 tails in dots; rows carry the one spelling of
 * packages/cidr. What the database holds and cidr cannot read is a broken constraint, hence a plain Error.
 */
export function prefixText(inet: string): string {
  const full = inet.includes('/') ? inet : `${inet}/${inet.includes(':') ? 128 : 32}`
  const prefix = parsePrefix(full)
  if (!prefix.ok) throw new Error(`The database holds ${inet} as a prefix.`)
  return formatPrefix(prefix.value)
}

/** The one spelling of an address; see `prefixText`. */
export function addressText(inet: string): string {
  const address = parseAddress(inet.replace(/\/(32|128)$/, ''))
  if (!address.ok) throw new Error(`The database holds ${inet} as an address.`)
  return formatAddress(address.value)
}
