import { Refusal, type Subtree } from '@warren/protocol'
import type { PeopleTx } from './record.ts'

/**
 * The words for a subtree: `lab in tonari`; null for none.
 * @throws Refusal not-found (subtree)
 */
export async function refuseNoSuchPlace(tx: PeopleTx, subtree: Subtree | null): Promise<string | null> {
  if (subtree === null) return null
  const { networkId, cidrId: id } = subtree
  const select = { name: true, network: { select: { name: true } } } as const
  const found = await tx.cidr.findFirst({ where: { networkId, id }, select })
  if (!found) throw new Refusal('not-found', 'There is no such CIDR in this network.', 'subtree')
  return `${found.name} in ${found.network.name}`
}
