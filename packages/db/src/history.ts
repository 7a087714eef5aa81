import type { Change } from '@warren/protocol'
import type { Db } from './database.ts'
import { asking } from './faults.ts'
import { changeOf } from './read.ts'

/** One change of a network, or null. */
export const changeAt = (db: Db, networkId: number, revision: number): Promise<Change | null> =>
  asking(async () => {
    const found = await db.prisma.change.findUnique({ where: { networkId_revision: { networkId, revision } } })
    return found && changeOf(found)
  })
