import type { Prefix } from '@warren/cidr'
import { asking, type Db } from '@warren/db'
import { prefixIn } from '../cidr/plan.ts'

/** The root CIDRs of all networks with the names of their networks. */
export async function rootsOf(db: Db): Promise<{ network: string; prefix: Prefix }[]> {
  const roots = await asking(() =>
    db.prisma.cidr.findMany({
      where: { parentId: null },
      select: { prefix: true, network: { select: { name: true } } },
    }),
  )
  return roots.map((root) => ({ network: root.network.name, prefix: prefixIn(root.prefix) }))
}
