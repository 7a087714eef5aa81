import {
  addressProblem,
  explainAddressProblem,
  explainSecondAddress,
  type Plans,
  secondAddressProblem,
} from '@warren/cidr'
import type { InvitationRow, PeerRow } from './change.ts'
import type { Culprit, UndoProblem, UndoStep } from './undo.ts'
import { addressOf, conflict, plansOf, type World } from './undo-world.ts'

/** Peers that come or go back, and those around CIDRs that do, need a place, an address, a name and a key of their own. */
export function peerInTheWay(world: World, { before, after }: UndoStep): UndoProblem | null {
  const touched = new Set(after.peers.map((row) => row.id))
  const around = new Set([...before.cidrs, ...after.cidrs].flatMap((row) => [row.id, row.parentId]))
  const live = [...world.peers.values()].filter((row) => row.deletedAt === null)
  const concerned = live.filter((row) => touched.has(row.id) || around.has(row.cidrId))
  if (concerned.length === 0) return null
  const plans = plansOf(world)
  const holders = grouped([...world.peers.values()], (row) => row.address)
  const holders6 = grouped([...world.peers.values()], (row) => row.address6)
  const namesakes = grouped(live, (row) => row.name)
  const twins = grouped(live, (row) => row.publicKey)
  for (const row of concerned) {
    const others = (rows: readonly PeerRow[] = []) => rows.filter((other) => other.id !== row.id)
    const problem =
      seatInTheWay(plans, row, others(holders.get(row.address))) ??
      seat6InTheWay(plans, row, others(holders6.get(row.address6))) ??
      doubleInTheWay(row, others(namesakes.get(row.name)), others(twins.get(row.publicKey)))
    if (problem) return problem
  }
  return null
}

function grouped<K>(rows: readonly PeerRow[], keyOf: (row: PeerRow) => K): Map<K, PeerRow[]> {
  const groups = new Map<K, PeerRow[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}

function seatInTheWay({ first: tree }: Plans, row: PeerRow, others: readonly PeerRow[]): UndoProblem | null {
  const cidr = row.cidrId === null ? null : tree.get(row.cidrId)
  if (!cidr) {
    const culprit: Culprit =
      row.cidrId === null ? { kind: 'peers', id: row.id, fields: ['cidrId'] } : { kind: 'cidrs', id: row.cidrId }
    return conflict(`The CIDR that ${row.name} was in was deleted since`, culprit)
  }
  const taken = others.map(({ name, address, deletedAt }) => ({
    name,
    address: addressOf(address),
    deleted: deletedAt !== null,
  }))
  const problem = addressProblem(tree, cidr.id, addressOf(row.address), taken)
  if (!problem) return null
  const [holder] = others
  if (holder && (problem.kind === 'taken' || problem.kind === 'kept-for-deleted')) {
    const culprit: Culprit = { kind: 'peers', id: holder.id, fields: ['address'] }
    return conflict(`${row.address} was taken by ${holder.name} since`, culprit)
  }
  const inner = problem.kind === 'in-child' ? tree.byName(problem.child) : null
  const why = `${row.name} would not fit: ${explainAddressProblem(problem)}`
  return conflict(why, { kind: 'cidrs', id: inner?.id ?? cidr.id, fields: ['prefix', 'parentId'] })
}

/** The same for its IPv6 address; that it has a CIDR is known. */
function seat6InTheWay(plans: Plans, row: PeerRow, [holder]: readonly PeerRow[]): UndoProblem | null {
  const { cidrId, address6 } = row
  if (address6 === null || cidrId === null) return null
  if (holder) {
    return conflict(`${address6} was taken by ${holder.name} since`, {
      kind: 'peers',
      id: holder.id,
      fields: ['address6'],
    })
  }
  const problem = secondAddressProblem(plans, { cidrId, address: addressOf(address6) }, [])
  if (!problem) return null
  const inner = problem.kind === 'in-child' ? plans.first.byName(problem.child) : null
  const culprit: Culprit = inner
    ? { kind: 'cidrs', id: inner.id, fields: ['prefix6', 'parentId'] }
    : { kind: 'peers', id: row.id, fields: ['address6', 'cidrId'] }
  return conflict(`${row.name} would not fit: ${explainSecondAddress(problem)}`, culprit)
}

function doubleInTheWay(row: PeerRow, [namesake]: readonly PeerRow[], [twin]: readonly PeerRow[]): UndoProblem | null {
  if (namesake) {
    return conflict(`Another peer is named ${row.name} since`, { kind: 'peers', id: namesake.id, fields: ['name'] })
  }
  if (!twin || row.publicKey === null) return null
  return conflict(`${twin.name} has the key of ${row.name} since`, {
    kind: 'peers',
    id: twin.id,
    fields: ['publicKey'],
  })
}

/** A peer has one open invitation at most, and none once it has joined. */
export function invitationInTheWay(world: World, { after }: UndoStep, now: Date): UndoProblem | null {
  const isOpen = (row: InvitationRow) =>
    row.redeemedAt === null && row.revokedAt === null && Date.parse(row.expiresAt) > now.getTime()
  const touched = new Set([...after.peers.map((row) => row.id), ...after.invitations.map((row) => row.peerId)])
  const open = new Map<number, InvitationRow>()
  for (const row of world.invitations.values()) {
    if (!touched.has(row.peerId) || !isOpen(row)) continue
    const peer = world.peers.get(row.peerId)
    if (!peer) return conflict('The peer of the invitation is gone since', { kind: 'peers', id: row.peerId })
    if (peer.redeemedAt !== null && peer.deletedAt === null) {
      return conflict(`${peer.name} has joined since`, { kind: 'peers', id: peer.id, fields: ['redeemedAt'] })
    }
    const other = open.get(peer.id)
    if (other) return conflict(`${peer.name} was invited again since`, { kind: 'invitations', id: row.id })
    open.set(peer.id, row)
  }
  const onlyInvitations = after.peers.length === 0 && after.invitations.length > 0
  const ended = onlyInvitations && after.invitations.every((row) => !isOpen(row) && row.revokedAt === null)
  return ended ? conflict('The invitation has expired since', null) : null
}
