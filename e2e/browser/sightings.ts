import { loadNetwork, saveReceipts, saveStatus } from '@warren/db'
import type { Net } from './fixtures.ts'
import { observed } from './seed.ts'

/** Lets peers seem online, or gone for `agoS` seconds, as a coordinator would have noted it. */
export async function see(net: Net, ids: readonly number[], { online = true, agoS = 1 } = {}): Promise<void> {
  const { db } = net.stage
  const state = await loadNetwork(db, net.row.id)
  const peers = state?.peers.filter((peer) => ids.includes(peer.id)) ?? []
  const rows = peers.map((peer) => observed(peer, { revision: (state?.revision ?? 1) - 1, online, agoS }))
  await saveStatus(db, net.row.id, rows)
}

/** Writes the receipt of a revision: who had to be told. */
export const tellAffected = (net: Net, revision: number, peerIds: readonly number[]): Promise<void> =>
  saveReceipts(net.stage.db, net.row.id, { affected: [{ revision, peerIds }], applied: [], hub: [] })

/** Lets a peer's agent report that it has applied a revision. */
export const reportApplied = (net: Net, revision: number, peerId: number): Promise<void> => {
  const applied = [{ peerId, before: revision - 1, revision, agoMs: 0 }]
  return saveReceipts(net.stage.db, net.row.id, { affected: [], applied, hub: [] })
}

export async function revisionOf({ stage, row }: Net): Promise<number> {
  return (await stage.db.prisma.network.findUniqueOrThrow({ where: { id: row.id } })).revision
}
