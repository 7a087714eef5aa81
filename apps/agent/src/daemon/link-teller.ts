import { randomBytes } from 'node:crypto'
import type { Mesh } from '../mesh/client.ts'
import { FIGURES_MS, LinkNews } from '../plan/link-news.ts'
import type { Keeper } from './keeper.ts'

/**
 * Tells the console of this node's tunnels.
 * @param now milliseconds of a monotonic clock
 */
export function linkTeller(
  mesh: Pick<Mesh, 'links'>,
  keeper: Pick<Keeper, 'looks' | 'links' | 'view'>,
  now: () => number,
) {
  const news = new LinkNews(randomBytes(6).toString('base64url'))
  let counted = 0
  let links: ReturnType<Keeper['links']> = []
  let busy = false

  return {
    /** Tells what is due. Never throws, and one question at a time: it is asked again soon. */
    async tell(signal: AbortSignal): Promise<void> {
      if (busy || keeper.looks === 0) return
      if (counted !== keeper.looks) {
        counted = keeper.looks
        links = keeper.links()
        news.count(links)
      }
      news.figuresMs = Math.max(FIGURES_MS, (keeper.view?.self.poll?.everyS ?? 0) * 1000)
      const message = news.message(links, now())
      if (!message) return
      busy = true
      const answer = await mesh.links(message, signal)
      busy = false
      if (answer.ok) news.heard(message, answer.value, now())
      else news.lost(now())
    },
  }
}
