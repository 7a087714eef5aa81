import type { Env } from '../env.ts'

/** Where everything about one network is on this node. */
export const places = (env: Env, network: string) => ({
  /** Keys and settings; only root may read it. */
  config: `${env.configDir}/${network}.toml`,
  /** The last view. */
  view: `${env.stateDir}/${network}.json`,
  /** Held for the length of one command that changes something. */
  lock: `${env.runDir}/${network}.lock`,
  /** Held while the configuration is read, changed and written. */
  configLock: `${env.runDir}/${network}.config.lock`,
  /** Held by the daemon for as long as it lives. */
  daemonLock: `${env.runDir}/${network}.daemon.lock`,
  /** What the daemon tells `status`. */
  daemonStatus: `${env.runDir}/${network}.daemon.json`,
})
export type Places = ReturnType<typeof places>
