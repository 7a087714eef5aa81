import { asking, change, type Db, type Writer } from '@warren/db'
import { MAX_WAS, type PeerRow, PublicKey, Refusal, type RotateKeyInput, type Rotation } from '@warren/protocol'
import { isTurnSigned } from '@warren/protocol/rotation'
import { refuseUsedKey } from './used-key.ts'

/** A member, and the public key that is to replace its present one, signed with that. */
export type KeyChange = { peerId: number } & Pick<RotateKeyInput, 'publicKey' | 'signature'>

/** `revision` is null when the key was known already. */
export type Rotated = { networkId: number; peer: PeerRow; revision: number | null }

/**
 * Replaces the key of a redeemed peer. Repeating it with the same key changes nothing.
 * @throws Refusal not-found, forbidden for a peer that is disabled or not redeemed, bad-input (signature) for one that its
 * present key did not make, conflict (publicKey) for a key in use or one that this peer had before
 */
export async function rotateKey({ db }: { db: Db }, turn: KeyChange): Promise<Rotated> {
  const { peerId } = turn
  const found = await asking(() => db.prisma.peer.findUnique({ where: { id: peerId }, omit: { secretHash: true } }))
  if (!found) throw gone()
  const { networkId, name } = found
  const about = { networkId, actor: { kind: 'peer', id: peerId, name }, kind: 'peer.key-rotated' } as const
  const { value, revision } = await change(db, about, (tx) => rotate(tx, turn))
  return { networkId, peer: value, revision }
}

const gone = () => new Refusal('not-found', 'This peer does not exist any more.')

async function rotate(tx: Writer, { peerId, publicKey, signature }: KeyChange): Promise<PeerRow> {
  const peer = await tx.peer(peerId)
  if (!peer || peer.deletedAt !== null) throw gone()
  if (!peer.enabled) throw new Refusal('forbidden', `The peer ${peer.name} is disabled; ask an admin to enable it.`)
  if (peer.redeemedAt === null || peer.publicKey === null) {
    throw new Refusal('forbidden', `The peer ${peer.name} has to join again; ask an admin for its invitation.`)
  }
  if (peer.publicKey === publicKey) return peer
  refuseUnsigned(tx.network.name, peer, { publicKey, signature })
  if (peer.rotations.some(({ from }) => from === publicKey)) {
    throw new Refusal('conflict', `The peer ${peer.name} had this key before; make a new one.`, 'publicKey')
  }
  await refuseUsedKey(tx, { key: publicKey, field: 'publicKey', except: peer.id })
  const rotations: Rotation[] = [...peer.rotations, { from: peer.publicKey, signature }].slice(-MAX_WAS)
  return tx.update('peers', peer.id, { publicKey, rotations, keySince: new Date().toISOString(), rotateAskedAt: null })
}

/** The other peers would refuse such a key as well. */
function refuseUnsigned(network: string, peer: PeerRow, { publicKey, signature }: Omit<KeyChange, 'peerId'>): void {
  const turn = { network, peerId: peer.id, from: PublicKey.parse(peer.publicKey), to: publicKey }
  if (isTurnSigned(turn, signature)) return
  throw new Refusal('bad-input', `The new key is not signed with the present one of ${peer.name}.`, 'signature')
}
