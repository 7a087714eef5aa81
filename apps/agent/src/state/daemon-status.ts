import { rm, writeFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Env } from '../env.ts'
import { readIfThere } from '../system/files.ts'
import { places } from './places.ts'

/** What the daemon is at: current with the console, without an answer from it, shut out by an admin, or at odds with it. */
export const phases = ['starting', 'current', 'unreachable', 'disabled', 'refused'] as const
export type Phase = (typeof phases)[number]

const DaemonStatus = z.strictObject({
  phase: z.enum(phases),
  /** Why it is not current, one sentence. */
  sentence: z.string().nullable(),
  /** When the console last answered. */
  contactAt: z.iso.datetime().nullable(),
  revision: z.int().nonnegative().nullable(),
  /** Peers without a direct path: how they are reached, and where was sent to in vain. */
  paths: z
    .array(z.strictObject({ peer: z.int().positive(), via: z.enum(['relay', 'none']), tried: z.array(z.string()) }))
    .default([]),
})
export type DaemonStatus = z.infer<typeof DaemonStatus>

/** What the daemon last told; null when nothing readable is there: it is news, not state, and is written again soon. */
export async function readDaemonStatus(env: Env, network: string): Promise<DaemonStatus | null> {
  const text = await readIfThere(places(env, network).daemonStatus)
  if (text === null) return null
  try {
    return DaemonStatus.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Tells `status` what the daemon is at. Losing it would be harmless, so it is neither synced nor waited for in order. */
export const writeDaemonStatus = (env: Env, network: string, status: DaemonStatus): Promise<void> =>
  writeFile(places(env, network).daemonStatus, JSON.stringify(status), { mode: 0o600 })

/** Nothing runs that could tell anything. */
export const removeDaemonStatus = (env: Env, network: string): Promise<void> =>
  rm(places(env, network).daemonStatus, { force: true })
