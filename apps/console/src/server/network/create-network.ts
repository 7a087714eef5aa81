import {
  explainSecond,
  formatAddress,
  formatPrefix,
  infraPrefix,
  interfaceNameProblem,
  nextAddress,
  type Prefix,
  secondChangeProblem,
} from '@warren/cidr'
import { createNetwork as insertNetwork, type Writer } from '@warren/db'
import { type CreateNetwork, type NetworkRow, Refusal, USUAL_KEEPALIVE_S } from '@warren/protocol'
import { plansOf, prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { refuseEndpointInside } from './outer-endpoint.ts'
import { refusePortOfBefore } from './port-of-before.ts'
import { refuseOverlap, type Wanted } from './roots.ts'

/** The CIDR that holds the hub (DESIGN "Who reaches whom"). */
const INFRA = 'infra'

/** Chosen: an invitation outlives a weekend and a holiday, not a month. An admin can change it. */
export const INVITATION_HOURS = 7 * 24

/** Linux IFNAMSIZ without its closing zero byte. */
const INTERFACE_MAX = 15

/**
 * Makes a network: its root CIDR, `infra` inside it with the hub (no key yet: the hub makes it), and the association
 * that lets everyone reach infra. With an IPv6 prefix for the root, infra and the hub have a part of that too.
 * @throws Refusal conflict (name, prefix, prefix6, interface, listenPort), rule-broken (name, prefix, prefix6, endpoint)
 */
export async function createNetwork(ctx: Ctx, input: CreateNetwork): Promise<NetworkRow> {
  const roots = rootsIn(input)
  const plots = roots.map((root) => ({ root: root.prefix, infra: infraFor(root) }))
  refuseInfraAsName(input.name)
  for (const { prefix } of roots) refuseEndpointInside(prefix, input.endpoint)
  const { name, endpoint, listenPort } = input
  const row = {
    name,
    endpoint,
    listenPort,
    interface: input.interface ?? interfaceFor(name),
    apiPort: listenPort,
    invitationHours: INVITATION_HOURS,
    keepaliveS: USUAL_KEEPALIVE_S,
  }
  await refusePortOfBefore(ctx, { networkId: null, listenPort })
  return oneAtATime(ctx.db, async () => {
    await refuseOverlap(ctx, roots)
    const about = { actor: ctx.actor, network: row }
    return (await insertNetwork(ctx.db, about, (tx) => furnish(tx, plots))).network
  })
}

/** The prefixes that its root is to have: one, or an IPv4 and an IPv6 one. */
function rootsIn({ name, prefix, prefix6 }: CreateNetwork): Wanted[] {
  const first: Wanted = { prefix: prefixIn(prefix), field: 'prefix' }
  if (prefix6 === undefined) return [first]
  const plans = plansOf([{ id: 1, parentId: null, name, prefix, prefix6: null, isolated: false }])
  const second: Wanted = { prefix: prefixIn(prefix6), field: 'prefix6' }
  const problem = secondChangeProblem(plans, { id: 1, prefix6: second.prefix }, { peersIn: [], peersInParent: [] })
  if (problem) throw new Refusal('rule-broken', explainSecond(problem), 'prefix6')
  return [first, second]
}

/** The root and infra in one family. */
type Plot = { readonly root: Prefix; readonly infra: Prefix }

/** What every network begins with. */
async function furnish(tx: Writer, [plot, plot6]: readonly Plot[]): Promise<void> {
  if (!plot) throw new Error('a network without a prefix')
  const { name, listenPort } = tx.network
  const cidr = (parentId: number | null, label: string, which: keyof Plot) =>
    tx.insert('cidrs', {
      parentId,
      name: label,
      prefix: formatPrefix(plot[which]),
      prefix6: plot6 ? formatPrefix(plot6[which]) : null,
      isolated: false,
    })
  const top = await cidr(null, name, 'root')
  const inner = await cidr(top.id, INFRA, 'infra')
  await tx.insert('associations', { a: Math.min(top.id, inner.id), b: Math.max(top.id, inner.id) })
  await tx.insert('peers', {
    cidrId: inner.id,
    name: 'hub',
    address: hubAddress(plot.infra),
    address6: plot6 ? hubAddress(plot6.infra) : null,
    kind: 'hub',
    publicKey: null,
    enabled: true,
    isAdmin: false,
    listenPort,
    endpointOverride: null,
    redeemedAt: new Date().toISOString(),
    deletedAt: null,
  })
}

function infraFor({ prefix: root, field }: Wanted): Prefix {
  const infra = infraPrefix(root)
  if (infra) return infra
  const least = root.family === 4 ? '/29' : '/123'
  throw new Refusal(
    'rule-broken',
    `${formatPrefix(root)} has no room for a network; choose a prefix of ${least} or larger.`,
    field,
  )
}

function hubAddress(infra: Prefix): string {
  const address = nextAddress(infra, [], [])
  if (!address) throw new Error(`${formatPrefix(infra)} holds no hub`)
  return formatAddress(address)
}

function refuseInfraAsName(name: string): void {
  if (name !== INFRA) return
  throw new Refusal('rule-broken', `${INFRA} is the name of the CIDR that holds the hub; choose another name.`, 'name')
}

/** The network's name where Linux takes it as an interface name, else one made from it. */
function interfaceFor(network: string): string {
  const plain = network.slice(0, INTERFACE_MAX)
  return interfaceNameProblem(plain) ? `wg-${network}`.slice(0, INTERFACE_MAX) : plain
}
