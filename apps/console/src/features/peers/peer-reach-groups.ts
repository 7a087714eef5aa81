import { type CidrNode, type Explanation, explainReach } from '@warren/cidr'
import type { Member, Plan } from '~/features/network/plan.ts'

/** Peers of one CIDR that are reached for one reason. */
export type ReachGroup = {
  readonly key: string
  readonly cidr: CidrNode
  readonly peers: readonly Member[]
  /** The rule that lets them, in a sentence. */
  readonly why: string
}

/** Whom a peer reaches. Peers of one CIDR are reached for one reason, except hubs, which have their own. */
export function reachGroups(plan: Plan, peer: Member): ReachGroup[] {
  const groups = new Map<string, { cidr: CidrNode; peers: Member[] }>()
  for (const id of plan.reach.visibleFrom(peer.id)) {
    const other = plan.member(id)
    const cidr = other && plan.tree.get(other.cidrId)
    if (!cidr) continue
    const key = `${cidr.id} ${other.kind === 'hub'}`
    const group = groups.get(key)
    if (group) group.peers.push(other)
    else groups.set(key, { cidr, peers: [other] })
  }
  return [...groups].map(([key, { cidr, peers }]) => {
    const explanation = plan.reach.explain(peer.id, peers[0]?.id ?? peer.id)
    return { key, cidr, peers, why: peers.length === 1 ? explainReach(explanation) : whyAll(explanation, peer) }
  })
}

/** The reason for many at once; for one alone packages/cidr has the sentence. */
function whyAll(explanation: Explanation, peer: Member): string {
  switch (explanation.kind) {
    case 'hub':
      return peer.kind === 'hub'
        ? `${peer.name} is a hub, which every peer reaches.`
        : 'They are hubs, which every peer reaches.'
    case 'same-cidr':
      return `They sit in ${explanation.cidr.name}, as ${peer.name} does.`
    case 'ancestor':
      return explanation.above.id === peer.id
        ? `They sit in ${explanation.lower.name}, below ${explanation.upper.name}, where ${peer.name} sits.`
        : `They sit in ${explanation.upper.name}, a parent of ${explanation.lower.name}, where ${peer.name} sits.`
    case 'association': {
      const { a, b } = explanation
      const from = a.cidr.id === a.via.id ? '' : ` ${peer.name} in ${a.cidr.name} inherits from ${a.via.name}.`
      const theirs = b.cidr.id === b.via.id ? '' : ` ${b.cidr.name} inherits from ${b.via.name}.`
      return `${a.via.name} and ${b.via.name} are associated.${from}${theirs}`
    }
    case 'same-peer':
    case 'unknown-peer':
    case 'inactive':
    case 'isolated':
    case 'none':
      return explainReach(explanation)
  }
}

/** The groups with those members only whose name or address has the text, or all where the CIDR's name has it. */
export function searchGroups(groups: readonly ReachGroup[], text: string): ReachGroup[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return [...groups]
  return groups.flatMap((group) => {
    if (group.cidr.name.includes(wanted)) return [group]
    const peers = group.peers.filter((peer) => peer.name.includes(wanted) || peer.address.includes(wanted))
    return peers.length === 0 ? [] : [{ ...group, peers }]
  })
}
