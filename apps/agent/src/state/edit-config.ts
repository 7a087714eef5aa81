import { stat } from 'node:fs/promises'
import type { Env } from '../env.ts'
import { Failure } from '../failure.ts'
import { underLock } from '../system/lock.ts'
import { type JoinedConfig, loadConfig, saveConfig } from './config.ts'
import { places } from './places.ts'

/** Chosen: an edit takes milliseconds. */
const LOCK_MS = 5_000

/**
 * Changes a member's configuration as it is on disk now, one process at a time. An edit that gives back what it got
 * writes nothing. @throws Failure (state), (refused) when this node is no member any more
 */
export function editConfig(
  env: Env,
  network: string,
  edit: (config: JoinedConfig) => JoinedConfig,
): Promise<JoinedConfig> {
  return underLock(places(env, network).configLock, LOCK_MS, async () => {
    const config = await loadConfig(env, network)
    if (config?.state !== 'joined') throw new Failure('refused', `This node is no member of ${network} any more.`)
    const edited = edit(config)
    if (edited !== config) await saveConfig(env, edited)
    return edited
  })
}

/**
 * Notices that a member's configuration is another file than before, without a process and without reading it. Gives what
 * it says then; null while it is the same, or cannot be read.
 */
export function configWatch(env: Env, network: string): () => Promise<JoinedConfig | null> {
  const path = places(env, network).config
  let known: string | null = null
  return async () => {
    const seen = await stat(path, { bigint: true }).then(
      ({ ino, mtimeNs, size }) => `${ino} ${mtimeNs} ${size}`,
      () => null,
    )
    if (seen === null || seen === known) return null
    const config = await loadConfig(env, network).catch(() => null)
    if (config?.state !== 'joined') return null
    known = seen
    return config
  }
}
