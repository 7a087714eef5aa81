import { formatPrefix, overlaps, type Prefix } from '@warren/cidr'
import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { refuseEndpointInside } from './outer-endpoint.ts'

export type Root = { readonly networkId: number; readonly network: string; readonly prefix: Prefix }

/** The prefixes of the root CIDRs of all networks, of both families, with the names of their networks. */
export async function rootsOf(db: Db): Promise<Root[]> {
  const roots = await asking(() =>
    db.prisma.cidr.findMany({
      where: { parentId: null },
      select: { prefix: true, prefix6: true, network: { select: { id: true, name: true } } },
    }),
  )
  return roots.flatMap(({ prefix, prefix6, network }) =>
    [prefix, ...(prefix6 === null ? [] : [prefix6])].map((text) => ({
      networkId: network.id,
      network: network.name,
      prefix: prefixIn(text),
    })),
  )
}

/** A prefix that a root is to have, and the input that brought it. */
export type Wanted = { readonly prefix: Prefix; readonly field: 'prefix' | 'prefix6' }

/**
 * Refuses prefixes of a root that overlap another network: one hub serves all networks, and its host can route an address
 * into one of them only. `except` is the network whose root it is.
 */
export async function refuseOverlap(
  { db }: Pick<Ctx, 'db'>,
  wanted: readonly Wanted[],
  except: number | null = null,
): Promise<void> {
  const others = (await rootsOf(db)).filter(({ networkId }) => networkId !== except)
  for (const { prefix, field } of wanted) {
    const clash = others.find((other) => overlaps(other.prefix, prefix))
    if (!clash) continue
    const why = `${formatPrefix(prefix)} overlaps the network ${clash.network} (${formatPrefix(clash.prefix)}).`
    throw new Refusal('conflict', why, field)
  }
}

type RootChange = {
  readonly networkId: number
  readonly cidrId: number
  readonly prefix?: string | undefined
  readonly prefix6?: string | null | undefined
}

/**
 * Runs a change of a CIDR's prefixes. Where the CIDR is a root, these may overlap no other network, now or while the
 * change is made, and the network's endpoint may not lie in them.
 * @throws Refusal conflict (prefix, prefix6), rule-broken (endpoint)
 */
export async function whileRootFits<T>(ctx: Ctx, change: RootChange, work: () => Promise<T>): Promise<T> {
  const { networkId, cidrId, prefix, prefix6 } = change
  const wanted: Wanted[] = [
    ...(prefix === undefined ? [] : [{ prefix: prefixIn(prefix), field: 'prefix' as const }]),
    ...(prefix6 === undefined || prefix6 === null ? [] : [{ prefix: prefixIn(prefix6), field: 'prefix6' as const }]),
  ]
  if (wanted.length === 0) return work()
  const where = { id: cidrId, networkId, parentId: null }
  const select = { network: { select: { endpoint: true } } } as const
  const root = await asking(() => ctx.db.prisma.cidr.findFirst({ where, select }))
  if (!root) return work()
  for (const one of wanted) refuseEndpointInside(one.prefix, root.network.endpoint)
  return oneAtATime(ctx.db, async () => {
    await refuseOverlap(ctx, wanted, networkId)
    return work()
  })
}
