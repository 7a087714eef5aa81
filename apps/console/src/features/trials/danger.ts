import type { Reach } from '@warren/cidr'
import type { Outcome } from '~/features/network/effect.ts'
import type { Intent } from '~/features/network/intent.ts'
import type { Member, Plan } from '~/features/network/plan.ts'

/** What speaks for making a change on trial. Peers and CIDRs are named as they are called now. */
export type Danger =
  /** The person's own machine is deleted, disabled, sent away to join again, or gets another address. */
  | { readonly kind: 'own-state'; readonly name: string; readonly becomes: OwnFate }
  /** It reaches fewer than before: `lost` of `of` peers, hubs included. */
  | { readonly kind: 'own-reach'; readonly name: string; readonly lost: number; readonly of: number }
  /** Everyone in these CIDRs, and below, is cut from everyone but the hub, or from that as well. The topmost only. */
  | { readonly kind: 'subtree'; readonly names: readonly string[]; readonly online: number }

type OwnFate = 'deleted' | 'disabled' | 'invited again' | 'moved'

/** Who asks, as far as dangers go: the peer that the person sits at, and who is online. */
export type Situation = { readonly ownPeerId: number | null; readonly isOnline: (peer: Member) => boolean }

/** What a change would cut that a person may come to regret, worst first; none when it is harmless. */
export function dangersOf(plan: Plan, intent: Intent, outcome: Outcome, situation: Situation): Danger[] {
  return [ownDanger(plan, intent, outcome, situation), subtreeDanger(plan, intent, outcome, situation)].filter(
    (danger) => danger !== null,
  )
}

function ownDanger(plan: Plan, intent: Intent, outcome: Outcome, { ownPeerId }: Situation): Danger | null {
  const own = ownPeerId === null ? null : plan.member(ownPeerId)
  if (!own) return null
  const becomes = fateOf(intent, own)
  if (becomes) return { kind: 'own-state', name: own.name, becomes }
  const had = outcome.before.visibleFrom(own.id)
  const lost = had.filter((id) => !outcome.after.canReach(own.id, id)).length
  return lost > 0 ? { kind: 'own-reach', name: own.name, lost, of: had.length } : null
}

/** What the intent itself says of a peer, whomever that lets it reach. */
function fateOf(intent: Intent, { id, cidrId, address }: Member): OwnFate | null {
  switch (intent.kind) {
    case 'delete-peer':
      return intent.peer === id ? 'deleted' : null
    case 'delete-many':
      return intent.peers.includes(id) ? 'deleted' : null
    case 'enable':
      return intent.peer === id && !intent.enabled ? 'disabled' : null
    case 'enable-many':
      return intent.peers.includes(id) && !intent.enabled ? 'disabled' : null
    case 'move':
      return intent.peer === id ? 'moved' : null
    case 'move-many':
      return intent.peers.includes(id) && intent.to !== cidrId ? 'moved' : null
    case 're-invite':
      return intent.peer === id ? 'invited again' : null
    case 're-invite-many':
      return intent.peers.includes(id) ? 'invited again' : null
    case 'undo':
      return undoneFate(
        intent.change.before.peers.find((row) => row.id === id),
        intent.change.after.peers,
        {
          id,
          address,
        },
      )
    default:
      return null
  }
}

type Row = { readonly id: number; readonly address: string; readonly enabled: boolean }

function undoneFate(back: Row | undefined, gone: readonly Row[], own: { id: number; address: string }): OwnFate | null {
  if (!back) return gone.some((row) => row.id === own.id) ? 'deleted' : null
  if (!back.enabled) return 'disabled'
  return back.address === own.address ? null : 'moved'
}

/** How a subtree fares: peers that take part now, those of them whom nobody but hubs will hear, and of these the online. */
type Fate = { active: number; cut: number; online: number; newly: number }

function subtreeDanger(plan: Plan, intent: Intent, outcome: Outcome, { isOnline }: Situation): Danger | null {
  const { before, after, difference } = outcome
  if (difference.lost.count === 0) return null
  const company = { before: companyIn(before), after: companyIn(after) }
  const fates = new Map<number, Fate>()
  for (const node of plan.tree.nodes.toReversed()) {
    const fate: Fate = { active: 0, cut: 0, online: 0, newly: 0 }
    for (const peer of plan.membersIn(node.id)) {
      const had = peer.kind === 'hub' ? null : company.before(peer.id)
      if (had === null) continue
      const has = company.after(peer.id) ?? 0
      fate.active += 1
      if (has > 0) continue
      fate.cut += 1
      // One who reached nobody before loses something only when it is cut from the hub as well.
      if (had > 0 || company.after(peer.id) === null) {
        fate.newly += 1
        if (isOnline(peer)) fate.online += 1
      }
    }
    for (const child of plan.tree.children(node.id)) add(fate, fates.get(child.id))
    fates.set(node.id, fate)
  }
  const isCut = (id: number | null) => {
    const fate = id === null ? undefined : fates.get(id)
    return fate !== undefined && fate.newly > 0 && fate.online > 0 && fate.cut === fate.active
  }
  const cut = plan.tree.nodes.filter((node) => isCut(node.id) && !isCut(node.parentId))
  if (cut.every((node) => isOnlyNamed(plan, intent, node.id))) return null
  const online = cut.reduce((sum, node) => sum + (fates.get(node.id)?.online ?? 0), 0)
  return { kind: 'subtree', names: cut.map((node) => node.name), online }
}

/** Whether the one peer in a subtree is the one peer that the intent names: who asks for that knows what it cuts. */
function isOnlyNamed(plan: Plan, intent: Intent, cidr: number): boolean {
  const [only, second] = plan.membersWithin(cidr)
  return !second && 'peer' in intent && only?.id === intent.peer
}

function add(fate: Fate, other: Fate | undefined): void {
  if (!other) return
  fate.active += other.active
  fate.cut += other.cut
  fate.online += other.online
  fate.newly += other.newly
}

/** How many peers other than hubs a peer reaches; null for one that takes no part. Constant per peer after the first of a place. */
function companyIn({ index }: Reach): (peerId: number) => number | null {
  const known = new Map<number, number>()
  const inPlace = (place: number): number => {
    const spans = index.spans[place] ?? []
    const all = spans.reduce((sum, { from, to }) => sum + (index.starts[to] ?? 0) - (index.starts[from] ?? 0), 0)
    const itself = spans.some(({ from, to }) => from <= place && place < to)
    return all - Number(itself)
  }
  return (peerId) => {
    const place = index.places.get(peerId)
    if (place === undefined) return null
    // A hub's place is below zero.
    if (place < 0) return index.members.length
    const count = known.get(place) ?? inPlace(place)
    known.set(place, count)
    return count
  }
}

/** A danger as one sentence. */
export function explainDanger(danger: Danger): string {
  switch (danger.kind) {
    case 'own-state':
      return `${danger.name} is the machine you sit at: it would be ${fateWords[danger.becomes]}, and you may cut yourself off.`
    case 'own-reach':
      return `${danger.name}, the machine you sit at, would lose ${danger.lost === danger.of ? 'everyone it reaches' : `${danger.lost} of the ${danger.of} peers it reaches`}.`
    case 'subtree':
      return `${listed(danger.names)} would be cut off as a whole: nobody there reaches anyone but the hub, ${danger.online} online now.`
  }
}

const fateWords: Record<OwnFate, string> = {
  deleted: 'deleted',
  disabled: 'disabled',
  'invited again': 'cut off until it joins again',
  moved: 'given another address',
}

const LISTED = 4

const listed = (names: readonly string[]): string => {
  const rest = names.length - LISTED
  const shown = rest > 0 ? [...names.slice(0, LISTED), `${rest} more`] : names
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** The intents whose verbs can be made on trial (verbs.ts: those with `confirmWithinS`). */
export const canBeTried = ({ kind }: Intent): boolean => tried.has(kind)

const tried: ReadonlySet<Intent['kind']> = new Set([
  'dissociate',
  'isolate',
  'resize-cidr',
  'delete-cidr',
  'enable',
  'enable-many',
  'move',
  'move-many',
  'delete-peer',
  'delete-many',
])
