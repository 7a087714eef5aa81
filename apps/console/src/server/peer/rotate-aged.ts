import { asking, change, type Db } from '@warren/db'
import type { Actor } from '@warren/protocol'

/** Who asks for new keys when nobody does. */
export const SCHEDULE: Actor = { kind: 'system', id: null, name: 'schedule' }

/** Chosen: so many at a time, so that a large network does not change all of its keys in one minute. */
const AT_ONCE = 200

const DAY_MS = 24 * 3600 * 1000

/**
 * Asks the agents whose keys are older than their network wants them for new ones, the oldest first, as one change of
 * each network. Any number of processes may do it: who was asked is not asked again.
 * @returns the networks in which somebody was asked, with how many
 * @throws Refusal unavailable
 */
export async function rotateAged({ db }: { db: Db }, now: Date): Promise<{ name: string; asked: number }[]> {
  const networks = await asking(() =>
    db.prisma.network.findMany({
      where: { rotateDays: { not: null } },
      select: { id: true, name: true, rotateDays: true },
    }),
  )
  const done: { name: string; asked: number }[] = []
  for (const { id, name, rotateDays } of networks) {
    const before = new Date(now.getTime() - (rotateDays ?? 0) * DAY_MS)
    const asked = await askAged(db, { networkId: id, before, now })
    if (asked > 0) done.push({ name, asked })
  }
  return done
}

async function askAged(
  db: Db,
  { networkId, before, now }: { networkId: number; before: Date; now: Date },
): Promise<number> {
  const aged = await asking(() =>
    db.prisma.peer.findMany({
      where: {
        networkId,
        kind: 'agent',
        enabled: true,
        deletedAt: null,
        rotateAskedAt: null,
        redeemedAt: { not: null },
        // Clients of innernet have none, and cannot change their keys.
        secretHash: { not: null },
        OR: [{ keySince: { lt: before } }, { keySince: null, redeemedAt: { lt: before } }],
      },
      orderBy: { keySince: 'asc' },
      select: { id: true },
      take: AT_ONCE,
    }),
  )
  if (aged.length === 0) return 0
  const about = { networkId, actor: SCHEDULE, kind: 'peers.rotation-asked' } as const
  const { value } = await change(db, about, async (tx) => {
    const peers = await tx.peers(aged.map(({ id }) => id))
    const due = peers.filter(({ rotateAskedAt, keySince }) => rotateAskedAt === null && isBefore(keySince, before))
    await tx.updateMany(
      'peers',
      due.map(({ id }) => ({ id, patch: { rotateAskedAt: now.toISOString() } })),
    )
    return due.length
  })
  return value
}

const isBefore = (time: string | null, limit: Date): boolean => time === null || Date.parse(time) < limit.getTime()
