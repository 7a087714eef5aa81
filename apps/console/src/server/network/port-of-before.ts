import { asking } from '@warren/db'
import { Refusal } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'

/**
 * Refuses a UDP port on which another network's hub still answers while it moves. `networkId`: the network that wants the
 * port; null while it is being made.
 */
export async function refusePortOfBefore(
  { db }: Pick<Ctx, 'db'>,
  at: { networkId: number | null; listenPort: number },
): Promise<void> {
  const where = { listenPortBefore: at.listenPort, ...(at.networkId === null ? {} : { NOT: { id: at.networkId } }) }
  const taken = await asking(() => db.prisma.network.findFirst({ where, select: { name: true } }))
  if (!taken) return
  throw new Refusal(
    'conflict',
    `The hub of ${taken.name} still answers on that UDP port while it moves; choose a different one.`,
    'listenPort',
  )
}
