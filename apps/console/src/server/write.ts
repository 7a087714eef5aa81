import { change, type Writer } from '@warren/db'
import type { ChangeKind } from '@warren/protocol'
import type { Ctx } from './ctx.ts'

/** Runs a verb's work as one change of a network, answered for by the context's actor, and returns what it made. */
export async function write<T>(
  ctx: Ctx,
  what: { networkId: number; kind: ChangeKind; undoes?: number; confirmWithinS?: number | undefined },
  work: (tx: Writer) => Promise<T>,
): Promise<T> {
  const { value } = await change(ctx.db, { ...what, actor: ctx.actor }, work)
  return value
}
