import type { Present, UndoNeeds } from '@warren/protocol'
import { associationRow, cidrRow, invitationRow, networkRow, peerRow } from './rows.ts'
import { type Tx, withoutSecret } from './tables.ts'

/** Chosen: whoever asks for more gets all; a query takes 32,767 parameters at most (the protocol counts in 16 bits). */
const MOST_ASKED = 5_000

const peersNeeded = (needs: UndoNeeds) => [
  { id: { in: [...needs.peerIds] } },
  { address: { in: [...needs.addresses] } },
  { address6: { in: [...needs.addresses] } },
  { name: { in: [...needs.names] }, deletedAt: null },
  { publicKey: { in: [...needs.keys] }, deletedAt: null },
  { cidrId: { in: [...needs.cidrIds] }, deletedAt: null },
]

/** What undo has to know of a network: all its CIDRs and associations, and the peers and invitations asked for. */
export async function readPresent(tx: Tx, networkId: number, needs: UndoNeeds): Promise<Present> {
  const network = await tx.network.findUniqueOrThrow({ where: { id: networkId } })
  const order = { orderBy: { id: 'asc' } } as const
  const asked = Object.values(needs).reduce((sum, list) => sum + list.length, 0)
  const some = asked <= MOST_ASKED
  const where = { networkId, ...(some ? { OR: peersNeeded(needs) } : {}) }
  const peers = await tx.peer.findMany({ where, ...order, omit: withoutSecret })
  const OR = [{ id: { in: [...needs.invitationIds] } }, { peerId: { in: [...needs.peerIds] } }]
  const invitations = await tx.invitation.findMany({ where: { networkId, ...(some ? { OR } : {}) }, ...order })
  return {
    network: networkRow(network),
    cidrs: (await tx.cidr.findMany({ where: { networkId }, ...order })).map(cidrRow),
    associations: (await tx.association.findMany({ where: { networkId }, ...order })).map(associationRow),
    peers: peers.map(peerRow),
    invitations: invitations.map(invitationRow),
  }
}
