import { type Change, type NetworkRow, noRows, type RowKind, type Rows } from '@warren/protocol'

type RowOf<K extends RowKind> = Rows[K][number]
type ById<K extends RowKind> = Map<number, RowOf<K>>

/** The rows of one network, whole, as a snapshot read them. */
export type Plan = { network: NetworkRow; revision: number } & Omit<Rows, 'networks'>

/** A change as far as rows are concerned. */
export type Step = Pick<Change, 'before' | 'after'>

/** All rows of one network by id, kept current by `patch`. */
export type NetworkRows = {
  readonly networks: ById<'networks'>
  readonly cidrs: ById<'cidrs'>
  readonly peers: ById<'peers'>
  readonly associations: ById<'associations'>
  readonly invitations: ById<'invitations'>
}

export const emptyRows = (): NetworkRows => ({
  networks: new Map(),
  cidrs: new Map(),
  peers: new Map(),
  associations: new Map(),
  invitations: new Map(),
})

/** Puts `rows` into the state that follows `step`. */
export function patch(rows: NetworkRows, { before, after }: Step): void {
  patchKind(rows.networks, before.networks, after.networks)
  patchKind(rows.cidrs, before.cidrs, after.cidrs)
  patchKind(rows.peers, before.peers, after.peers)
  patchKind(rows.associations, before.associations, after.associations)
  patchKind(rows.invitations, before.invitations, after.invitations)
}

function patchKind<T extends { id: number }>(rows: Map<number, T>, before: readonly T[], after: readonly T[]): void {
  for (const { id } of before) rows.delete(id)
  for (const row of after) rows.set(row.id, row)
}

/** The step that leads from `rows` to what `plan` says: how a gap in the log, or the first load, is made good. */
export function stepTo(rows: NetworkRows, plan: Plan): Step {
  const step: Step = { before: noRows(), after: noRows() }
  const compare = <T extends { id: number }>(
    have: Map<number, T>,
    want: readonly T[],
    out: { gone: T[]; made: T[] },
  ) => {
    const wanted = new Set(want.map(({ id }) => id))
    for (const row of have.values()) if (!wanted.has(row.id)) out.gone.push(row)
    for (const row of want) {
      const old = have.get(row.id)
      if (old && JSON.stringify(old) === JSON.stringify(row)) continue
      if (old) out.gone.push(old)
      out.made.push(row)
    }
  }
  const { before, after } = step
  compare(rows.networks, [plan.network], { gone: before.networks, made: after.networks })
  compare(rows.cidrs, plan.cidrs, { gone: before.cidrs, made: after.cidrs })
  compare(rows.peers, plan.peers, { gone: before.peers, made: after.peers })
  compare(rows.associations, plan.associations, { gone: before.associations, made: after.associations })
  compare(rows.invitations, plan.invitations, { gone: before.invitations, made: after.invitations })
  return step
}

/** What a snapshot was before changes, its last ones in ascending order, were made. */
export function rewound(plan: Plan, changes: readonly Change[]): Plan {
  const rows = emptyRows()
  patch(rows, stepTo(rows, plan))
  for (const { before, after } of [...changes].reverse()) patch(rows, { before: after, after: before })
  const [network] = rows.networks.values()
  return {
    network: network ?? plan.network,
    revision: plan.revision - changes.length,
    cidrs: [...rows.cidrs.values()],
    peers: [...rows.peers.values()],
    associations: [...rows.associations.values()],
    invitations: [...rows.invitations.values()],
  }
}

/** The ids that a step names in one kind of row. */
export const idsIn = (step: Step, kind: RowKind): Set<number> =>
  new Set([...step.before[kind], ...step.after[kind]].map(({ id }) => id))
