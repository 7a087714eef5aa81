import type { Trial } from './use-trials.ts'

/** `1:43`; zero when the time is up. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** How a trial ended, as a sentence; null while it is open. */
export function endingOf({ state, settledBy, why }: Pick<Trial, 'state' | 'settledBy' | 'why'>): string | null {
  const who = settledBy?.kind === 'system' ? null : (settledBy?.name ?? null)
  switch (state) {
    case 'open':
      return null
    case 'confirmed':
      return `Kept by ${who ?? 'somebody'}.`
    case 'reverted':
      return who ? `Taken back by ${who}.` : 'Nobody kept it in time, so it took itself back.'
    case 'stuck':
      return `Nobody kept it in time, and it could not be taken back: ${why ?? 'the console does not say why.'}`
  }
}
