import { asking, type Db } from '@warren/db'

/**
 * The id of a network's hub, the first where there are several; null without such a network. Asked before a change
 * begins: a hub does not go, and inside the change it could only be found among all peers.
 * @throws Refusal unavailable when the database is
 */
export async function hubIdOf(db: Db, networkId: number): Promise<number | null> {
  const where = { networkId, kind: 'hub', deletedAt: null } as const
  const hub = await asking(() => db.prisma.peer.findFirst({ where, orderBy: { id: 'asc' }, select: { id: true } }))
  return hub?.id ?? null
}
