import type { CidrEntry, PeerEntry } from '@warren/protocol'
import { Failure } from '../failure.ts'
import type { View } from '../plan/answer.ts'
import { addressesOf } from '../plan/view-problem.ts'
import { loadView } from '../state/saved-view.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { table, titleOf } from './table.ts'
import { treeText } from './tree-text.ts'
import { whichJoined } from './which-network.ts'

/** `warren list`: who is visible from here, from the saved view; works without console and tunnel. @throws Failure */
export async function listCommand(
  context: Context,
  network: string | undefined,
  options: { tree: boolean; short: boolean; json: boolean },
): Promise<void> {
  await demandNetworkAdmin('list')
  const config = await whichJoined(context.env, network)
  const { name } = config.network
  const saved = await loadView(context.env, name)
  if (!saved) throw new Failure('refused', `There is no view of ${name} yet; get one with warren up ${name}.`)
  const view = withSelf(saved.view)
  if (options.json) context.print(`${JSON.stringify(listing(view), null, 2)}\n`)
  else if (options.short) context.print(shortText(view))
  else context.print(options.tree ? treeText(view.state, view.self.id) : listText(view))
}

/** A group view may or may not hold its reader; a person wants to see themselves. */
export function withSelf(view: View): View {
  const { id, name, cidr, key, ip, ip6 } = view.self
  const peers = new Map<number, PeerEntry>(view.state.peers).set(id, {
    id,
    name,
    cidr,
    key,
    ip,
    ...(ip6 === undefined ? {} : { ip6 }),
  })
  return { ...view, state: { ...view.state, peers } }
}

/** `warren list --json`: the shape is kept; fields may be added. */
export function listing({ self, state, revision }: View) {
  return {
    network: self.network.name,
    prefix: self.network.prefix,
    prefix6: self.network.prefix6 ?? null,
    revision,
    cidrs: [...state.cidrs.values()].map(({ id, name, prefix, prefix6 = null, parent }) => ({
      id,
      name,
      prefix,
      prefix6,
      parent,
    })),
    peers: byName(state.peers).map((peer) => ({
      id: peer.id,
      name: peer.name,
      address: peer.ip,
      address6: peer.ip6 ?? null,
      cidr: peer.cidr,
      publicKey: peer.key,
      hub: peer.hub ?? false,
      self: peer.id === self.id,
    })),
  }
}

/** Names and addresses alone, a peer per line. */
export const shortText = ({ state }: View): string =>
  table(byName(state.peers).map((peer) => [peer.name, addressesOf(peer).join(' ')]))

function listText({ self, state }: View): string {
  const rows = byName(state.peers).map((peer) => [
    peer.id === self.id ? `${peer.name} (this node)` : titleOf(peer),
    addressesOf(peer).join(' '),
    cidrName(state.cidrs, peer),
  ])
  return table([['PEER', 'ADDRESS', 'CIDR'], ...rows])
}

const cidrName = (cidrs: ReadonlyMap<number, CidrEntry>, peer: PeerEntry): string => cidrs.get(peer.cidr)?.name ?? '–'

const byName = (peers: ReadonlyMap<number, PeerEntry>): PeerEntry[] =>
  [...peers.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
