import { type ListedTrial, listTrials as readTrials } from '@warren/db'
import * as z from 'zod'
import type { Ctx } from '../ctx.ts'

export const ListTrials = z.strictObject({ networkId: z.int().positive() })
export type ListTrials = z.infer<typeof ListTrials>

/** The changes of a network that are on trial, and those that were within the last hour: newest first. */
export const listTrials = ({ db }: Ctx, { networkId }: ListTrials): Promise<ListedTrial[]> => readTrials(db, networkId)
