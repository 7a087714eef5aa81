import { readdir, rm } from 'node:fs/promises'
import { EndpointText, HubNetwork, HubPeer, Name, PrivateKey, PublicKey } from '@warren/protocol'
import * as z from 'zod'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { readJson } from '../state/json.ts'
import { hasCode, readIfThere, reasonOf, writeAtomically } from '../system/files.ts'
import { newPrivateKey } from '../wireguard/keys.ts'

const HubState = z.strictObject({
  version: z.literal(1),
  network: HubNetwork,
  revision: z.int().nonnegative(),
  peers: z.array(HubPeer),
  /** Where each peer last answered: sent to at once after a restart, which then takes milliseconds instead of 15 s. */
  endpoints: z.record(PublicKey, EndpointText),
})

/** What the hub knows of one network without its console. */
export type HubState = z.infer<typeof HubState>

const statePath = (env: Env, network: string): string => `${env.stateDir}/${network}.hub.json`
const keyPath = (env: Env, network: string): string => `${env.stateDir}/hub-${network}.key`

/** The hub's private key for a network, made when there is none. It never leaves this machine. @throws Failure (state) */
export async function hubKey(env: Env, network: string): Promise<PrivateKey> {
  const path = keyPath(env, network)
  const text = await readIfThere(path)
  if (text !== null) {
    const key = PrivateKey.safeParse(text.trim())
    if (key.success) return key.data
    // A new key would cut off every node of the network, so that is left to a person.
    throw new Failure('state', `${path} holds no WireGuard key any more; restore it from a backup.`)
  }
  const key = newPrivateKey()
  await writeAtomically(path, `${key}\n`)
  return key
}

/** What was saved of each network, for a start without the console. @throws Failure (state) */
export async function loadHubStates(env: Env): Promise<HubState[]> {
  const files = await readdir(env.stateDir).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    throw new Failure('state', `${env.stateDir} cannot be read: ${reasonOf(error)}.`)
  })
  const names = files.flatMap((file) => /^(.+)\.hub\.json$/.exec(file)?.[1] ?? [])
  const states = await Promise.all(
    names
      .filter((name) => Name.safeParse(name).success)
      .map((name) => readJson(statePath(env, name), HubState, 'remove it, and the console sends it anew')),
  )
  return states.filter((state) => state !== null)
}

/** @throws Failure (state) */
export const saveHubState = (env: Env, state: HubState): Promise<void> =>
  writeAtomically(statePath(env, state.network.name), `${JSON.stringify(state)}\n`)

/** Forgets a network. Its key stays: a console whose database is restored needs the hub that its nodes know. */
export const removeHubState = (env: Env, network: string): Promise<void> => rm(statePath(env, network), { force: true })
