import type { Writer } from '@warren/db'
import { type Change, type CidrRow, Refusal, type UndoStep, undoNeeds, undoPlan } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import { refuseEndpointInside } from '../network/outer-endpoint.ts'
import { whyNot } from './why-not.ts'

/** The refusal to take back what is as before already. */
export class NothingLeft extends Refusal {
  constructor(why = '') {
    super('conflict', why, 'revision')
  }
}

/**
 * Takes a change back within `tx`.
 * @throws Refusal conflict (revision), saying why, when that is no longer possible (NothingLeft when it is no use), and
 * rule-broken (endpoint)
 */
export async function takeBack(tx: Writer, change: Change): Promise<void> {
  const plan = undoPlan(await tx.present(undoNeeds([change])), change, new Date())
  if (!plan.ok) {
    const [why] = await whyNot(tx, [{ revision: change.revision, problem: plan.problem }])
    throw plan.problem.kind === 'done' ? new NothingLeft(why) : new Refusal('conflict', why ?? '', 'revision')
  }
  await writeStep(tx, plan.step)
}

/** Writes a step in an order in which nothing refers to what is not there. */
async function writeStep(tx: Writer, { before, after }: UndoStep): Promise<void> {
  const root = (await tx.cidrs()).find((cidr) => cidr.parentId === null)
  for (const { id, ...patch } of after.networks) {
    for (const text of [root?.prefix, root?.prefix6]) if (text) refuseEndpointInside(prefixIn(text), patch.endpoint)
    await tx.update('networks', id, patch)
  }
  await removeMembers(tx, { before, after })
  for (const { id } of missing(before.associations, after.associations)) await tx.remove('associations', id)
  await tx.restore(
    'cidrs',
    [...missing(after.cidrs, before.cidrs)].sort((a, b) => width(a) - width(b)),
  )
  await tx.updateMany(
    'cidrs',
    common(after.cidrs, before.cidrs).map(({ id, ...patch }) => ({ id, patch })),
  )
  await tx.restore('peers', missing(after.peers, before.peers))
  await tx.updateMany(
    'peers',
    common(after.peers, before.peers).map(({ id, ...patch }) => ({ id, patch })),
  )
  for (const { id } of [...missing(before.cidrs, after.cidrs)].sort((a, b) => width(b) - width(a))) {
    await tx.remove('cidrs', id)
  }
  await tx.restore('associations', missing(after.associations, before.associations))
  await tx.restore('invitations', missing(after.invitations, before.invitations))
  const invitations = common(after.invitations, before.invitations)
  await tx.updateMany(
    'invitations',
    invitations.map(({ id, ...patch }) => ({ id, patch })),
  )
}

/** Invitations go before their peers. A peer whose making is taken back leaves no tombstone: it was never meant to be. */
async function removeMembers(tx: Writer, { before, after }: UndoStep): Promise<void> {
  await tx.removeMany(
    'invitations',
    missing(before.invitations, after.invitations).map(({ id }) => id),
  )
  const peers = missing(before.peers, after.peers)
  const deletedAt = new Date().toISOString()
  await tx.updateMany(
    'peers',
    peers.map(({ id }) => ({ id, patch: { deletedAt } })),
  )
  for (const { id } of peers) await tx.remove('peers', id)
}

type Identified = { readonly id: number }

/** The rows of `these` whose ids are not among `those`. */
function missing<R extends Identified>(these: readonly R[], those: readonly Identified[]): R[] {
  const known = new Set(those.map(({ id }) => id))
  return these.filter(({ id }) => !known.has(id))
}

/** The rows of `these` whose ids are among `those`. */
function common<R extends Identified>(these: readonly R[], those: readonly Identified[]): R[] {
  const known = new Set(those.map(({ id }) => id))
  return these.filter(({ id }) => known.has(id))
}

const width = ({ prefix }: CidrRow): number => prefixIn(prefix).width
