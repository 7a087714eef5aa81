import type { Span } from '@warren/cidr'
import type { AssociationRow, CidrEntry } from '@warren/protocol'
import type { Digest } from '@warren/protocol/digest'
import type { Entry } from './entries.ts'
import type { Placed } from './residents.ts'
import { HUBS, lineage, needs, type Scene, sees, spansOf } from './scene.ts'
import { sightComparer } from './sights.ts'

/** One state of the network, as far as views depend on it. */
export type Side = {
  readonly scene: Scene
  peer(id: number): Placed | undefined
  cidr(id: number): Entry<CidrEntry> | undefined
}

/** Two states of the network and what lies between them. */
export type Transition = {
  readonly before: Side
  readonly after: Side
  /** Peers and CIDRs that were looked at anew; all others are the same on both sides. */
  readonly peers: ReadonlySet<number>
  readonly cidrs: ReadonlySet<number>
  /** Associations made or removed. */
  readonly associations: readonly AssociationRow[]
  /** Active peers that are no hubs, directly in a CIDR, in the state after. */
  membersOf(cidr: number): Iterable<number>
}

/** Ids whose entry in a group's view was added, changed or removed, and what that does to its digest. */
export type GroupDifference = { peers: number[]; cidrs: number[]; digest: Digest }

/** Whether a group's view has this peer. */
export const shows = (scene: Scene, group: number, placed: Placed): boolean =>
  placed.hub || sees(scene, group, placed.cidr)

/**
 * The groups, out of those `tracked`, whose view the transition can have changed. No others are looked at: who sees a
 * peer is read off the spans of its CIDR, because the relation is symmetric; an association concerns two subtrees.
 */
export function affectedGroups(
  transition: Transition,
  tracked: { has(group: number): boolean; keys(): Iterable<number> },
): Iterable<number> {
  const { before, after, associations } = transition
  const from = placesIn(transition, before)
  const to = placesIn(transition, after)
  if (transition.cidrs.size > 0 || from.hubs || to.hubs) return tracked.keys()

  const groups = new Set<number>()
  const add = (scene: Scene, span: Span) => {
    for (let at = span.from; at < span.to; at += 1) {
      const id = scene.layout.tree.nodes[at]?.id
      if (id !== undefined && tracked.has(id)) groups.add(id)
    }
  }
  for (const cidr of from.cidrs) for (const span of spansOf(before.scene, cidr)) add(before.scene, span)
  for (const cidr of to.cidrs) for (const span of spansOf(after.scene, cidr)) add(after.scene, span)
  const { tree } = after.scene.layout
  for (const cidr of associations.flatMap(({ a, b }) => [a, b])) if (tree.get(cidr)) add(after.scene, tree.span(cidr))
  return tracked.has(HUBS) ? groups.add(HUBS) : groups
}

/** Where the peers that others know differently now sit on one side, and whether a hub is among them. */
function placesIn(transition: Transition, side: Side): { cidrs: Set<number>; hubs: boolean } {
  const placed = [...transition.peers]
    .filter((id) => looksOther(transition, id))
    .map(side.peer)
    .filter((peer) => peer !== undefined)
  return { cidrs: new Set(placed.map(({ cidr }) => cidr)), hubs: placed.some(({ hub }) => hub) }
}

/** Compares one group's view on both sides, looking only at what the transition can have changed in it. */
export function differenceFinder(transition: Transition): (group: number) => GroupDifference {
  const { before, after } = transition
  const compareSights = sightComparer(before.scene, after.scene)
  const common = commonCandidates(transition)
  const homes = homesOf(transition)
  const changed = new Set(homes.flatMap(({ ids }) => ids))

  return (group) => {
    const found: GroupDifference = { peers: [], cidrs: [], digest: 0n }
    const { gained, lost } = compareSights(group)
    for (const home of homes) compareHome(transition, { group, home }, found)
    for (const cidr of [...gained, ...lost]) {
      for (const id of transition.membersOf(cidr)) if (!changed.has(id)) turn(found, after.peer(id))
    }
    const candidates = new Set(common)
    for (const cidr of gained) for (const id of lineage(after.scene, cidr)) candidates.add(id)
    for (const cidr of lost) for (const id of lineage(before.scene, cidr)) candidates.add(id)
    for (const id of candidates) compareCidr(transition, { group, id }, found)
    return found
  }
}

/** Peers that came from one CIDR and are in one CIDR now (mostly the same): a group sees all of them or none. */
type Home = { readonly was: Placed | undefined; readonly is: Placed | undefined; readonly ids: number[] }

/** The peers that are not the same on both sides, by home: a thousand new endpoints are one look at each CIDR. */
function homesOf(transition: Transition): Home[] {
  const { before, after, peers } = transition
  const homes = new Map<string, Home>()
  for (const id of peers) {
    if (!looksOther(transition, id)) continue
    const was = before.peer(id)
    const is = after.peer(id)
    const from = placeText(was)
    const to = placeText(is)
    const home = homes.get(`${from} ${to}`) ?? { was, is, ids: [] }
    home.ids.push(id)
    homes.set(`${from} ${to}`, home)
  }
  return [...homes.values()]
}

function looksOther({ before, after }: Transition, id: number): boolean {
  const was = before.peer(id)
  const is = after.peer(id)
  return was?.entry.text !== is?.entry.text || placeText(was) !== placeText(is)
}

const placeText = (placed: Placed | undefined): string => (placed ? `${placed.hub ? 'hub' : ''}${placed.cidr}` : '')

function compareHome({ before, after }: Transition, one: { group: number; home: Home }, found: GroupDifference): void {
  const { was, is, ids } = one.home
  const saw = was !== undefined && shows(before.scene, one.group, was)
  const sees = is !== undefined && shows(after.scene, one.group, is)
  for (const id of ids) {
    const old = saw ? before.peer(id)?.entry : undefined
    const now = sees ? after.peer(id)?.entry : undefined
    if (old?.text === now?.text) continue
    found.peers.push(id)
    found.digest ^= (old?.digest ?? 0n) ^ (now?.digest ?? 0n)
  }
}

/** A peer that stayed as it was and came into sight, or went out of it, with its whole CIDR. */
function turn(found: GroupDifference, placed: Placed | undefined): void {
  if (!placed) return
  found.peers.push(placed.self.id)
  found.digest ^= placed.entry.digest
}

/** CIDRs that any group may need now and not before, or the other way round, or whose entry is another one. */
function commonCandidates({ before, after, peers, cidrs }: Transition): Set<number> {
  const found = new Set(cidrs)
  if (before.scene === after.scene) return found
  for (const side of [before, after]) {
    const moved = [...peers].map((id) => side.peer(id)?.cidr).filter((cidr) => cidr !== undefined)
    for (const cidr of new Set([...cidrs, ...moved])) for (const id of lineage(side.scene, cidr)) found.add(id)
  }
  return found
}

function compareCidr({ before, after }: Transition, one: { group: number; id: number }, found: GroupDifference): void {
  const old = needs(before.scene, one.group, one.id) ? before.cidr(one.id) : undefined
  const now = needs(after.scene, one.group, one.id) ? after.cidr(one.id) : undefined
  if (old?.text === now?.text) return
  found.cidrs.push(one.id)
  found.digest ^= (old?.digest ?? 0n) ^ (now?.digest ?? 0n)
}
