import { asking, type Db } from '@warren/db'

/** Every CIDR of every network, for the choice of a subtree: names and prefixes only. */
export type Place = {
  networkId: number
  network: string
  cidrs: { id: number; parentId: number | null; name: string; prefix: string }[]
}

/** The networks with their CIDRs, oldest first. */
export async function listPlaces({ db }: { db: Db }): Promise<Place[]> {
  const networks = await asking(() =>
    db.prisma.network.findMany({
      orderBy: { id: 'asc' },
      select: {
        id: true,
        name: true,
        cidrs: { orderBy: { id: 'asc' }, select: { id: true, parentId: true, name: true, prefix: true } },
      },
    }),
  )
  return networks.map(({ id, name, cidrs }) => ({ networkId: id, network: name, cidrs }))
}
