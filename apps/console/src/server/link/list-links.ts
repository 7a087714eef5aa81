import { type LinkCode, readLinkPairs } from '@warren/db'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'
import { demandNetwork } from './known.ts'

export const ListLinks = z.strictObject({ networkId: z.int().positive() })
export type ListLinks = z.infer<typeof ListLinks>

/** Every tunnel of a network, as [a, b, code] with a < b; code 0: no handshake, 1: direct, 2: relayed. */
export type LinksAnswer = { at: string; pairs: [a: number, b: number, code: LinkCode][] }

/**
 * How all tunnels of a network stand.
 * @throws Refusal not-found (networkId)
 */
export async function listLinks({ db }: Ctx, { networkId }: ListLinks): Promise<LinksAnswer> {
  await demandNetwork(db, networkId)
  return { at: new Date().toISOString(), pairs: await readLinkPairs(db, networkId) }
}
