import { setTimeout as sleep } from 'node:timers/promises'
import { type ServiceManager, serviceManager } from '@warren/protocol/service-manager'
import { execa } from 'execa'
import { managerVariables, type Settings } from './env.ts'
import { webAnswers } from './services.ts'
import type { State } from './supervise.ts'

/** systemd-notify(1) only hands a line on, in ms. */
const SAY_MS = 5_000
/** How often the processes are looked at, and for how long one may be away until all are started anew, in ms. */
const LOOK_MS = 5_000
const AWAY_MS = 90_000

/** What started this process, if that wants to hear how it is doing. */
export const manager = (): ServiceManager =>
  serviceManager({
    variables: managerVariables,
    say: (words) => execa('systemd-notify', [...words], { stdin: 'ignore', timeout: SAY_MS }),
    now: () => performance.now(),
  })

/**
 * Tells the service manager how the processes are doing, until `stop`: as long as each runs, and web answers. One that
 * was given up, or that hangs, is a reason to start everything anew.
 * @param states what the supervisors said last, by name
 */
export async function report(
  told: ServiceManager,
  about: { settings: Settings; states: ReadonlyMap<string, State> },
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    for (const [name, { kind }] of about.states) {
      const lives = kind === 'off' || (kind === 'running' && (name !== 'web' || (await webAnswers(about.settings))))
      if (lives) told.promise(name, AWAY_MS)
    }
    told.status(lineOf(about.states))
    await sleep(LOOK_MS, undefined, { signal: stop }).catch(() => {})
  }
  told.close()
}

/** All processes in one line: `web running, coordinator failed`. */
const lineOf = (states: ReadonlyMap<string, State>): string =>
  [...states]
    .filter(([, { kind }]) => kind !== 'off')
    .map(([name, { kind }]) => `${name} ${kind}`)
    .join(', ')
