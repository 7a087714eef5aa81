import { listNetworks } from '@warren/db'
import type { NetworkRow } from '@warren/protocol'
import type { Asker, Ctx } from '../ctx.ts'

/** The networks that who asks may know of, oldest first, with their revisions. */
export async function listVisibleNetworks({
  db,
  asker,
}: Ctx & { asker: Asker }): Promise<(NetworkRow & { revision: number })[]> {
  const networks = await listNetworks(db)
  return networks.filter((network) => asker.onlyNetwork === null || network.id === asker.onlyNetwork)
}
