import { EndpointText, Name, Port, RelayPair } from '@warren/protocol'
import * as z from 'zod'
import type { Env } from '../../env.ts'
import { readJson } from '../../state/json.ts'
import { writeAtomically } from '../../system/files.ts'

const SavedRelay = z.strictObject({
  pair: RelayPair,
  slot: Port,
  /** Where `a` and `b` were last. */
  at: z.tuple([EndpointText.nullable(), EndpointText.nullable()]),
})
/** An open relay: agents go on sending to its ports while the hub restarts. */
export type SavedRelay = z.infer<typeof SavedRelay>

const SavedRelays = z.strictObject({ version: z.literal(1), networks: z.record(Name, z.array(SavedRelay)) })

const pathOf = (env: Env): string => `${env.stateDir}/hub-relays.json`

/** What was saved of each network, by its name. @throws Failure (state) */
export async function loadRelays(env: Env): Promise<ReadonlyMap<string, SavedRelay[]>> {
  const saved = await readJson(pathOf(env), SavedRelays, 'remove it, and the console says anew who is relayed')
  return new Map(Object.entries(saved?.networks ?? {}))
}

/** @throws Failure (state) */
export const saveRelays = (env: Env, networks: ReadonlyMap<string, SavedRelay[]>): Promise<void> =>
  writeAtomically(pathOf(env), `${JSON.stringify({ version: 1, networks: Object.fromEntries(networks) })}\n`)
