import { timingSafeEqual } from 'node:crypto'
import { asking, change, type Db, type Writer } from '@warren/db'
import { type Actor, type InvitationRow, invitationState, type PeerRow, Refusal } from '@warren/protocol'
import { refuseUsedKey } from './used-key.ts'

/**
 * What a joining agent brings. It is known by the invitation whose door it came through, or by the peer whose address it
 * used. `secretHash` is the SHA-256 of its secret in hexadecimal, null for an innernet client, which has none; `now`
 * decides whether the invitation has expired.
 */
export type Redemption = {
  invitationId?: number | undefined
  peerId?: number | undefined
  publicKey: string
  secretHash: string | null
  listenPort: number | null
  now: Date
}

/** Who joined, and the revision at which the network knows its key; null when it knew it before. */
export type Redeemed = { networkId: number; network: string; peer: PeerRow; revision: number | null }

/**
 * Gives a peer its lasting key and secret. Works once for an invitation, and any number of times for the same key and
 * secret, so that an agent whose answer was lost can ask again.
 * @throws Refusal not-found; conflict when used, and for a key in use (publicKey); expired when expired; forbidden when
 * revoked, disabled or deleted
 */
export async function redeemPeer({ db }: { db: Db }, input: Redemption): Promise<Redeemed> {
  const found = await whoRedeems(db, input)
  if (!found) throw new Refusal('not-found', 'This invitation does not exist any more; ask an admin for a new one.')
  const { networkId, peerId, name } = found
  const actor: Actor = { kind: 'peer', id: peerId, name }
  const { value, revision } = await change(db, { networkId, actor, kind: 'peer.redeemed' }, async (tx) => ({
    network: tx.network.name,
    peer: await redeem(tx, peerId, input),
  }))
  return { networkId, ...value, revision }
}

/** Ids are unique in the whole database, so the network follows from them. */
async function whoRedeems(db: Db, { invitationId, peerId }: Redemption) {
  const of = { networkId: true, id: true, name: true } as const
  const peer = await asking(async () => {
    if (invitationId === undefined) {
      return peerId === undefined ? null : db.prisma.peer.findUnique({ where: { id: peerId }, select: of })
    }
    const where = { id: invitationId }
    return (await db.prisma.invitation.findUnique({ where, select: { peer: { select: of } } }))?.peer ?? null
  })
  return peer && { networkId: peer.networkId, peerId: peer.id, name: peer.name }
}

async function redeem(tx: Writer, peerId: number, input: Redemption): Promise<PeerRow> {
  const peer = await tx.peer(peerId)
  if (!peer || peer.deletedAt !== null) {
    throw new Refusal('forbidden', 'The peer of this invitation was deleted; ask an admin for a new invitation.')
  }
  const invitation = await invitationMeant(tx, input, peerId)
  const state = invitationState(invitation, input.now)
  if (state === 'used' && (await isSame(tx, peer, input))) return peer
  if (state !== 'open') throw ended(state, invitation)
  if (!peer.enabled) {
    throw new Refusal('forbidden', `The peer ${peer.name} is disabled; ask an admin to enable it, then join again.`)
  }

  await refuseUsedKey(tx, { key: input.publicKey, field: 'publicKey' })
  const redeemedAt = input.now.toISOString()
  await tx.update('invitations', invitation.id, { redeemedAt })
  await tx.setSecretHash(peer.id, input.secretHash)
  const listenPort = input.listenPort ?? peer.listenPort
  const key = { publicKey: input.publicKey, keySince: redeemedAt, rotations: [], rotateAskedAt: null }
  return tx.update('peers', peer.id, { ...key, redeemedAt, listenPort })
}

/** The invitation that was used to come here; by address, the peer's latest. */
async function invitationMeant(tx: Writer, input: Redemption, peerId: number): Promise<InvitationRow> {
  const { invitationId } = input
  const invitation =
    invitationId === undefined ? (await tx.invitationsOf(peerId)).at(-1) : await tx.invitation(invitationId)
  if (invitation) return invitation
  throw new Refusal('not-found', 'This invitation does not exist any more; ask an admin for a new one.')
}

/** Whether the peer asks again for what it has got. */
async function isSame(tx: Writer, peer: PeerRow, input: Redemption): Promise<boolean> {
  // Without a secret nobody can be told from whoever else has the address.
  if (input.secretHash === null) return false
  const known = Buffer.from((await tx.secretHash(peer.id)) ?? '')
  const given = Buffer.from(input.secretHash)
  return peer.publicKey === input.publicKey && known.length === given.length && timingSafeEqual(known, given)
}

function ended(state: 'used' | 'revoked' | 'expired', invitation: InvitationRow): Refusal {
  switch (state) {
    case 'used':
      return new Refusal('conflict', 'This invitation was used already; it works once. Ask an admin for a new one.')
    case 'revoked':
      return new Refusal('forbidden', 'This invitation was revoked by an admin; ask for a new one.')
    case 'expired': {
      const when = `${invitation.expiresAt.slice(0, 16).replace('T', ' ')} UTC`
      return new Refusal('expired', `This invitation expired at ${when}; ask an admin for a new one.`)
    }
  }
}
