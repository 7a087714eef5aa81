import {
  formatAddress,
  formatPrefix,
  infraPrefix,
  interfaceNameProblem,
  nextAddress,
  overlaps,
  type Prefix,
} from '@warren/cidr'
import { createNetwork as insertNetwork, type Writer } from '@warren/db'
import { type CreateNetwork, type NetworkRow, Refusal, USUAL_KEEPALIVE_S } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { refuseEndpointInside } from './outer-endpoint.ts'
import { rootsOf } from './roots.ts'

/** The CIDR that holds the hub (DESIGN "Who reaches whom"). */
const INFRA = 'infra'

/** Chosen: an invitation outlives a weekend and a holiday, not a month. An admin can change it. */
export const INVITATION_HOURS = 7 * 24

/** Linux IFNAMSIZ without its closing zero byte. */
const INTERFACE_MAX = 15

/**
 * Makes a network: its root CIDR, `infra` inside it with the hub (no key yet: the hub makes it), and the association
 * that lets everyone reach infra.
 * @throws Refusal conflict (name, prefix, interface, listenPort), rule-broken (name, prefix, endpoint)
 */
export async function createNetwork(ctx: Ctx, input: CreateNetwork): Promise<NetworkRow> {
  const root = prefixIn(input.prefix)
  const infra = infraFor(root)
  refuseInfraAsName(input.name)
  refuseEndpointInside(root, input.endpoint)
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
  return oneAtATime(ctx.db, async () => {
    await refuseOverlap(ctx, root)
    const about = { actor: ctx.actor, network: row }
    return (await insertNetwork(ctx.db, about, (tx) => furnish(tx, root, infra))).network
  })
}

/** What every network begins with. */
async function furnish(tx: Writer, root: Prefix, infra: Prefix): Promise<void> {
  const { name, listenPort } = tx.network
  const top = await tx.insert('cidrs', { parentId: null, name, prefix: formatPrefix(root), isolated: false })
  const inner = await tx.insert('cidrs', {
    parentId: top.id,
    name: INFRA,
    prefix: formatPrefix(infra),
    isolated: false,
  })
  await tx.insert('associations', { a: Math.min(top.id, inner.id), b: Math.max(top.id, inner.id) })
  await tx.insert('peers', {
    cidrId: inner.id,
    name: 'hub',
    address: hubAddress(infra),
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

function infraFor(root: Prefix): Prefix {
  const infra = infraPrefix(root)
  if (infra) return infra
  const least = root.family === 4 ? '/29' : '/123'
  throw new Refusal(
    'rule-broken',
    `${formatPrefix(root)} has no room for a network; choose a prefix of ${least} or larger.`,
    'prefix',
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

/** One hub serves all networks, and its host can route an address into one of them only. */
export async function refuseOverlap({ db }: Ctx, root: Prefix): Promise<void> {
  const clash = (await rootsOf(db)).find((other) => overlaps(other.prefix, root))
  if (!clash) return
  throw new Refusal(
    'conflict',
    `${formatPrefix(root)} overlaps the network ${clash.network} (${formatPrefix(clash.prefix)}).`,
    'prefix',
  )
}

/** The network's name where Linux takes it as an interface name, else one made from it. */
function interfaceFor(network: string): string {
  const plain = network.slice(0, INTERFACE_MAX)
  return interfaceNameProblem(plain) ? `wg-${network}`.slice(0, INTERFACE_MAX) : plain
}
