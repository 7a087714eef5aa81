import type { Answers } from '~/trpc/client.ts'
import { count } from '~/ui/format.ts'

export type Receipt = NonNullable<Answers['receipt']['of']>
export type Waiting = Receipt['waiting'][number]

/** A short time with three digits at most: `8 ms`, `410 ms`, `1.2 s`, `41 s`, `3 min`. */
export function brief(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}

export const isDone = ({ affected, applied }: Receipt): boolean => applied >= affected

/** How far a change has come, in a few words. */
export function progressOf(receipt: Receipt): string {
  const { affected, applied } = receipt
  if (affected === 0) return 'No agent had to be told'
  if (isDone(receipt))
    return affected === 1 ? 'Applied on the one affected agent' : `Applied on all ${count(affected)} affected agents`
  return `Applied on ${count(applied)} of ${count(affected)} affected agents`
}

/** How fast it went: the median and the slowest; nothing while nobody has told. */
export function paceOf({ p50Ms, slowest }: Receipt, name: (peerId: number) => string): string | null {
  if (p50Ms === null) return null
  const last = slowest ? `, slowest ${name(slowest.peerId)} ${brief(slowest.afterMs)}` : ''
  return `p50 ${brief(p50Ms)}${last}`
}

/** Why a peer has not applied the change, after its name: `offline since 14:02`. `nowMs`: what is today. */
export function whyWaiting({ why, since, fault }: Waiting, nowMs: number): string {
  switch (why) {
    case 'offline':
      return since ? `offline since ${clock(since, nowMs)}` : 'never seen'
    case 'fault':
      return fault ? `fault: ${fault}` : 'fault'
    case 'not joined':
      return 'has not joined yet'
    case 'catching up':
      return 'catching up'
  }
}

const DAY_MS = 86_400_000

/** The hour within the last day, else the day as well. */
function clock(at: string, nowMs: number): string {
  const date = new Date(at)
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hour12: false })
  if (nowMs - date.getTime() < DAY_MS) return time
  return `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`
}
