import { buildPlans, type Plans, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
import type { AssociationRow, CidrRow, InvitationRow, PeerRow } from './change.ts'
import type { Culprit, Present, UndoProblem, UndoStep } from './undo.ts'

/** The network as it would be. */
export type World = {
  readonly cidrs: ReadonlyMap<number, CidrRow>
  readonly peers: ReadonlyMap<number, PeerRow>
  readonly associations: ReadonlyMap<number, AssociationRow>
  readonly invitations: ReadonlyMap<number, InvitationRow>
}

/** What rows become when a step is taken. */
export function worldAfter(present: Present, { before, after }: UndoStep): World {
  const applied = <R extends { id: number }>(rows: readonly R[], gone: readonly R[], made: readonly R[]) => {
    const byId = new Map(rows.map((row) => [row.id, row]))
    for (const { id } of gone) byId.delete(id)
    for (const row of made) byId.set(row.id, row)
    return byId
  }
  return {
    cidrs: applied(present.cidrs, before.cidrs, after.cidrs),
    peers: applied(present.peers, before.peers, after.peers),
    associations: applied(present.associations, before.associations, after.associations),
    invitations: applied(present.invitations, before.invitations, after.invitations),
  }
}

/** Something later is in the way. */
export const conflict = (why: string, culprit: Culprit | null): UndoProblem => ({
  kind: 'conflict',
  why: why.replace(/\.$/, ''),
  culprit,
})

/** The address plans. Throws when they are none, so CIDRs are judged first. */
export const plansOf = ({ cidrs }: World): Plans =>
  buildPlans([...cidrs.values()].map((row) => ({ ...row, prefix: prefixOf(row), prefix6: prefix6Of(row) })))

/** Rows hold no other spellings; one that does not parse is a broken log. */
export function prefixOf({ prefix }: Pick<CidrRow, 'prefix'>): Prefix {
  const parsed = parsePrefix(prefix)
  if (!parsed.ok) throw new Error(`a row holds ${prefix} as a prefix`)
  return parsed.value
}

/** See `prefixOf`; null for a CIDR without an IPv6 prefix beside its IPv4 one. */
export const prefix6Of = ({ prefix6 }: CidrRow): Prefix | null =>
  prefix6 === null ? null : prefixOf({ prefix: prefix6 })

/** See `prefixOf`. */
export function addressOf(text: string) {
  const parsed = parseAddress(text)
  if (!parsed.ok) throw new Error(`a row holds ${text} as an address`)
  return parsed.value
}
