import type { ReportInput } from '@warren/protocol'
import type { Mesh } from '../mesh/client.ts'
import { version } from '../version.ts'

/** Chosen: what could not be told is told again after this long. */
const RETRY_MS = 5_000

/**
 * Tells the console what it should know of this node, once each time that it changes.
 * @param now milliseconds of a monotonic clock
 */
export function reporter(mesh: Pick<Mesh, 'report'>, now: () => number) {
  let news: ReportInput = { version, candidates: [], fault: null }
  let told = ''
  let busy = false
  let notBefore = 0

  return {
    /** Notes what is to be told. */
    note(change: Partial<Pick<ReportInput, 'candidates' | 'fault'>>): void {
      news = { ...news, ...change }
    },
    /** Tells it if it is news. Never throws, and one question at a time: it is asked again soon. */
    async tell(signal: AbortSignal): Promise<void> {
      const text = JSON.stringify(news)
      if (busy || text === told || now() < notBefore) return
      busy = true
      const answer = await mesh.report(news, signal)
      busy = false
      if (answer.ok) told = text
      else notBefore = now() + RETRY_MS
    },
  }
}
export type Reporter = ReturnType<typeof reporter>
