import type { Link } from '@warren/protocol'
import { type DaemonStatus, writeDaemonStatus } from '../state/daemon-status.ts'
import type { DaemonParts } from './daemon.ts'
import type { Turn } from './poller.ts'

/** Tells `warren status` what the daemon is at, and the log and the service manager when that changes. */
export function teller({ env, config, keeper, log, manager }: DaemonParts) {
  const { name } = config.network
  let before: DaemonStatus = { phase: 'starting', sentence: null, contactAt: null, revision: null, paths: [] }

  return {
    /** After a question to the console. */
    async turn({ phase, sentence }: Turn): Promise<void> {
      const heard = phase !== 'unreachable'
      const contactAt = heard ? new Date().toISOString() : before.contactAt
      const status: DaemonStatus = { ...before, phase, sentence, contactAt, revision: keeper.applied?.revision ?? null }
      const line = sentence === null ? `${phase}, revision ${status.revision ?? 'none'}` : `${phase}: ${sentence}`
      const isNews = phase !== before.phase || sentence !== before.sentence
      if (isNews) log(line)
      manager.status(line)
      const isWorthIt = heard || phase !== before.phase
      before = status
      if (isWorthIt) await writeDaemonStatus(env, name, status)
    },

    /** After a look at the device. */
    async links(links: readonly Link[]): Promise<void> {
      const paths = links.flatMap(indirect)
      if (JSON.stringify(paths) === JSON.stringify(before.paths)) return
      before = { ...before, paths }
      await writeDaemonStatus(env, name, before)
    },
  }
}
export type Teller = ReturnType<typeof teller>

/** What there is to say of a tunnel that is not direct. */
function indirect({ peer, live, via, tried }: Link): DaemonStatus['paths'] {
  if (live && via === 'direct') return []
  if (!live && tried.length === 0) return []
  return [{ peer, via: live ? 'relay' : 'none', tried }]
}
