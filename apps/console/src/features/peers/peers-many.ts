import { type Address, addressProblem, formatAddress, freeAddresses } from '@warren/cidr'
import { addressIn, type Member, type Plan } from '~/features/network/plan.ts'

/** What can be done to many peers at once. */
export type ManyAction = 'disable' | 'enable' | 'move' | 're-invite' | 'renew' | 'delete'

/** Those of a selection that an action can be done to, and the others, each with the reason. */
export type Sorted = {
  readonly able: readonly Member[]
  readonly unable: readonly { readonly peer: Member; readonly why: string }[]
}

/** Sorts a selection. `mayNot` says why the person may not change a peer; null when they may. */
export function sortOut(action: ManyAction, peers: readonly Member[], mayNot: (peer: Member) => string | null): Sorted {
  const able: Member[] = []
  const unable: { peer: Member; why: string }[] = []
  for (const peer of peers) {
    const why = whyNotMany(action, peer) ?? mayNot(peer)
    if (why === null) able.push(peer)
    else unable.push({ peer, why })
  }
  return { able, unable }
}

function whyNotMany(action: ManyAction, peer: Member): string | null {
  const { kind, enabled } = peer
  if (kind === 'hub') return hubWhys[action]
  if (action === 'renew') return whyNotRenew(peer)
  if (action === 'disable' && !enabled) return 'It is disabled already.'
  if (action === 'enable' && enabled) return 'It is enabled already.'
  return action === 're-invite' && !enabled
    ? 'It is disabled, so its invitation would not work; enable it first.'
    : null
}

/** Why a peer cannot be asked for another key. */
function whyNotRenew({ kind, redeemedAt, rotateAskedAt }: Member): string | null {
  if (kind === 'device') return 'It has no agent that could; give it a new configuration instead.'
  if (redeemedAt === null) return 'It has not joined, so it has no key yet.'
  return rotateAskedAt === null ? null : 'It was asked already.'
}

const hubWhys: Record<ManyAction, string> = {
  disable: 'A hub cannot be disabled.',
  enable: 'A hub is always enabled.',
  move: 'A hub stays where it is: every agent knows its address.',
  're-invite': 'A hub joins by no invitation.',
  renew: 'A hub keeps its key: nodes know it by their invitations.',
  delete: 'A hub cannot be deleted: agents reach the console through it.',
}

/** A peer and the address that it would get. */
export type Seat = { readonly peer: Member; readonly address: string }

/**
 * Where peers would sit in a CIDR, as the server will seat them: who may keep its address does, the others get the next
 * free ones in the order of their ids. Fewer seats than peers: it has no room for the rest.
 */
export function seatsIn(plan: Plan, cidrId: number, peers: readonly Member[]): Seat[] {
  const cidr = plan.tree.get(cidrId)
  if (!cidr) return []
  const { family } = cidr.prefix
  const children = plan.tree.children(cidrId).map((child) => child.prefix)
  const taken = [...plan.members.map((peer) => peer.at), ...plan.tombstones.map((peer) => addressIn(peer.address))]
  const values = new Set(taken.filter((address: Address) => address.family === family).map((address) => address.value))
  const free = freeAddresses(cidr.prefix, children, values)
  return peers
    .toSorted((a, b) => a.id - b.id)
    .flatMap((peer) => {
      const address = addressProblem(plan.tree, cidrId, peer.at, []) === null ? peer.at : free.next().value
      return address ? [{ peer, address: formatAddress(address) }] : []
    })
}
