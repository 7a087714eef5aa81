import type { Writer } from '@warren/db'
import { handedOf, type PeerRow, Refusal } from '@warren/protocol'
import { refuseUsedKeys } from '../peer/used-key.ts'
import { openInvitation } from './insert-invitation.ts'
import { doorOf, type Invited, joinFacts } from './join-facts.ts'
import { endOpenInvitations } from './open.ts'

/** Peers to invite, with the public half of a key pair for each, and the input that brought them. */
export type Invitees = {
  readonly peers: readonly { readonly peer: PeerRow; readonly temporaryKey: string }[]
  readonly hubId: number | null
  readonly fields: { readonly peer: string; readonly key: string }
}

/**
 * Invites peers again: earlier invitations end, and their keys stop working at once; their secrets are worth nothing
 * without them. A device gets the new key instead of its old one.
 * @throws Refusal rule-broken (peer) for a hub or a disabled peer, conflict (key), unavailable while the hub has no key
 */
export async function invite(tx: Writer, { peers, hubId, fields }: Invitees): Promise<Invited[]> {
  for (const { peer } of peers) refuseUninvitable(peer, fields.peer)
  await refuseUsedKeys(
    tx,
    peers.map(({ temporaryKey }) => temporaryKey),
    fields.key,
  )
  const cidrs = await tx.cidrs()
  const door = await doorOf(tx, hubId)

  const now = new Date()
  const ids = peers.map(({ peer }) => peer.id)
  await endOpenInvitations(tx, ids, now)
  const rows = await tx.updateMany(
    'peers',
    peers.map(({ peer, temporaryKey }) => {
      const handed = handedOf(joinFacts(tx, cidrs, { door, peer, invitation: null }))
      const patch = renewal(peer, temporaryKey, now)
      return { id: peer.id, patch: peer.kind === 'device' ? { ...patch, handed } : patch }
    }),
  )
  const keys = new Map(peers.map(({ peer, temporaryKey }) => [peer.id, temporaryKey]))
  const made = await tx.insertMany(
    'invitations',
    rows
      .filter(({ kind }) => kind !== 'device')
      .map(({ id }) => openInvitation(tx.network, { peerId: id, temporaryKey: keys.get(id) ?? '' }, now)),
  )
  const invitations = new Map(made.map((row) => [row.peerId, row]))
  const after = new Map(rows.map((row) => [row.id, row]))
  return peers.map(({ peer: before }) => {
    const peer = after.get(before.id) ?? before
    const invitation = invitations.get(before.id) ?? null
    return { peer, invitation, join: joinFacts(tx, cidrs, { door, peer, invitation }) }
  })
}

/** A member that is invited again comes back as another machine, whose key no former one has signed. */
function renewal(peer: PeerRow, key: string, now: Date): Partial<PeerRow> {
  const joined = peer.redeemedAt !== null
  const anew = { rotations: [], rotateAskedAt: null, incarnation: peer.incarnation + (joined ? 1 : 0) }
  if (peer.kind !== 'device') return { ...anew, publicKey: null, redeemedAt: null, keySince: null }
  return { ...anew, publicKey: key, redeemedAt: now.toISOString(), keySince: now.toISOString() }
}

function refuseUninvitable(peer: PeerRow, field: string): void {
  if (peer.kind === 'hub') {
    throw new Refusal('rule-broken', `${peer.name} is a hub; it makes its own key and joins by no invitation.`, field)
  }
  if (peer.enabled) return
  throw new Refusal(
    'rule-broken',
    `${peer.name} is disabled, so its invitation would not work; enable it first.`,
    field,
  )
}
