import { backoffMs } from '../plan/backoff.ts'
import { configText, type JoinedConfig } from '../state/config.ts'
import { configWatch } from '../state/edit-config.ts'
import type { RotateParts } from './rotate.ts'

/** Chosen: of many that are asked at once each waits its turn by chance, so long for each peer in sight, at most half a minute. */
const SPREAD_MS = { each: 100, most: 30_000 } as const
/** Chosen: what the console refused it may take later, when an admin has looked at it. */
const REFUSED_MS = 600_000

/** Loaded when it is needed: a daemon lives for months between two keys. */
const rotation = () => import('./rotate.ts')

export type RenewalParts = RotateParts & {
  readonly config: JoinedConfig
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

/**
 * Has this node's key replaced while its daemon runs: when the configuration names one that is to come (a person asked,
 * or an earlier attempt was cut short), and when the console asks for one.
 */
export function renewal(parts: RenewalParts) {
  const { env, keeper, log, now } = parts
  const watch = configWatch(env, parts.config.network.name)
  let config = parts.config
  let failures = 0
  let notBefore = 0
  let dueAt: number | null = null
  let fault: string | null = null

  const isDue = (): boolean => config.rotation !== undefined && now() >= notBefore

  /** The console asked: notes a key when this node's turn has come. */
  const obey = async (): Promise<void> => {
    const { view } = keeper
    if (!view?.self.renew || config.rotation) {
      dueAt = null
      return
    }
    const spread = Math.min(SPREAD_MS.most, SPREAD_MS.each * view.state.peers.size)
    dueAt ??= Math.max(now() + Math.random() * spread, notBefore)
    if (now() < dueAt) return
    dueAt = null
    const { beginRotation } = await rotation()
    config = await beginRotation(env, config.network.name)
  }

  return {
    /** Why this node could not get the key that it was to have, one sentence; null when nothing is wrong. */
    get fault(): string | null {
      return fault
    },

    /** Looks whether anything was asked for; true when the configuration is another one, or a new key is to be had now. */
    async glance(): Promise<boolean> {
      const read = await watch()
      const changed = read && configText(read) !== configText(config) ? read : null
      if (changed) {
        if (changed.rotation?.['private-key'] !== config.rotation?.['private-key']) notBefore = 0
        config = changed
        await keeper.configure(changed)
      }
      await obey()
      // Nobody wants one any more.
      if (!config.rotation && !keeper.view?.self.renew) fault = null
      return changed !== null || isDue()
    },

    /** Makes one attempt, when it is time for one. @throws Failure */
    async turn(signal: AbortSignal): Promise<void> {
      if (!isDue()) return
      const { rotate } = await rotation()
      const outcome = await rotate(parts, config, signal)
      config = outcome.config
      if (outcome.kind === 'done') {
        failures = 0
        fault = null
        return
      }
      failures += 1
      const unheard = outcome.kind === 'unheard'
      notBefore = now() + (unheard ? 1_000 + backoffMs(failures + 4, 'silent', Math.random()) : REFUSED_MS)
      fault = `This node's new key is not in force: ${outcome.sentence}`.slice(0, 500)
      log(fault)
    },
  }
}
export type Renewal = ReturnType<typeof renewal>
