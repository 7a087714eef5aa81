import { asking } from '@warren/db'
import { type FindPeers, Refusal, type SetOwnPeer } from '@warren/protocol'
import { type SelfCtx, selfId } from './self.ts'
import type { OwnPeer } from './state.ts'

/** More than fit under a field help nobody. */
const AT_MOST = 12

/** Live peers whose name contains a text or whose address begins with it, of the networks that who asks may know of. */
export async function findPeers(ctx: SelfCtx, { text }: FindPeers): Promise<OwnPeer[]> {
  const only = ctx.asker.onlyNetwork
  const pattern = text.toLowerCase().replace(/[\\%_]/g, '\\$&')
  return asking(
    () => ctx.db.prisma.$queryRaw<OwnPeer[]>`
      SELECT peer.id, peer.name, host(peer.address) AS address, network.name AS network
      FROM peer JOIN network ON network.id = peer.network_id
      WHERE peer.deleted_at IS NULL AND peer.kind <> 'hub' AND (${only}::int IS NULL OR network.id = ${only}::int)
        AND (peer.name LIKE ${`%${pattern}%`} OR host(peer.address) LIKE ${`${pattern}%`})
      ORDER BY network.name, peer.address LIMIT ${AT_MOST}`,
  )
}

/**
 * Notes which peer a person sits at, so that the console can warn before that one is cut off; null: none.
 * @throws Refusal not-found (peerId), also for peers of networks that the person may not know of
 */
export async function setOwnPeer(ctx: SelfCtx, { peerId }: SetOwnPeer): Promise<void> {
  if (peerId !== null) {
    const only = ctx.asker.onlyNetwork
    const where = { id: peerId, deletedAt: null, ...(only === null ? {} : { networkId: only }) }
    const found = await asking(() => ctx.db.prisma.peer.findFirst({ where, select: { id: true } }))
    if (!found) throw new Refusal('not-found', 'There is no such peer.', 'peerId')
  }
  const data = { ownPeerId: peerId }
  await asking(() => ctx.db.prisma.user.update({ where: { id: selfId(ctx) }, data, select: { id: true } }))
}
