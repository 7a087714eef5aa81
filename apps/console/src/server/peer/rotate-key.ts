import { asking, change, type Db } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { refuseUsedKey } from './used-key.ts'

/** A member and the public key that is to replace its present one. */
export type Rotation = { peerId: number; publicKey: string }

/** `revision` is null when the key was known already. */
export type Rotated = { networkId: number; peer: PeerRow; revision: number | null }

/**
 * Replaces the key of a redeemed peer. Repeating it with the same key changes nothing.
 * @throws Refusal not-found, forbidden for a peer that is disabled or not redeemed, conflict (publicKey) for a key in use
 */
export async function rotateKey({ db }: { db: Db }, { peerId, publicKey }: Rotation): Promise<Rotated> {
  const gone = new Refusal('not-found', 'This peer does not exist any more.')
  const found = await asking(() => db.prisma.peer.findUnique({ where: { id: peerId }, omit: { secretHash: true } }))
  if (!found) throw gone
  const { networkId, name } = found
  const about = { networkId, actor: { kind: 'peer', id: peerId, name }, kind: 'peer.key-rotated' } as const
  const { value, revision } = await change(db, about, async (tx) => {
    const peer = await tx.peer(peerId)
    if (!peer || peer.deletedAt !== null) throw gone
    if (!peer.enabled) throw new Refusal('forbidden', `The peer ${peer.name} is disabled; ask an admin to enable it.`)
    if (peer.redeemedAt === null) {
      throw new Refusal('forbidden', `The peer ${peer.name} has to join again; ask an admin for its invitation.`)
    }
    await refuseUsedKey(tx, { key: publicKey, field: 'publicKey', except: peer.id })
    return tx.update('peers', peer.id, { publicKey })
  })
  return { networkId, peer: value, revision }
}
