import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** A small word in a frame: hub, isolated, admin. */
export function Tag({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span className={clsx('inline-flex items-center rounded border px-1 text-xs text-muted', className)}>
      {children}
    </span>
  )
}

export type Tone = 'online' | 'relayed' | 'off' | 'danger' | 'accent'

const fills: Record<Tone, string> = {
  online: 'bg-online',
  relayed: 'bg-relayed',
  off: 'border border-edge',
  danger: 'bg-danger',
  accent: 'bg-accent',
}

/** A dot for a state. `off` is a ring and `danger` a square, so that shape tells what colour does; a word stands beside it. */
export function Dot({ tone, className }: { tone: Tone; className?: string }) {
  return (
    <span
      aria-hidden
      className={clsx(
        'inline-block size-1.75 shrink-0',
        tone === 'danger' ? 'rounded-[1px]' : 'rounded-full',
        fills[tone],
        className,
      )}
    />
  )
}

const inks: Record<Tone, string> = {
  online: 'text-online-ink',
  relayed: 'text-relayed-ink',
  off: 'text-muted',
  danger: 'text-danger',
  accent: 'text-accent',
}

/** A state in a word, with its dot. */
export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={clsx('inline-flex items-center gap-1.5 whitespace-nowrap', inks[tone])}>
      <Dot tone={tone} />
      {children}
    </span>
  )
}

/** A thin bar. `share` from 0 to 1. The number it draws stands beside it, so it is hidden from screen readers. */
export function Bar({ share, className }: { share: number; className?: string }) {
  const filled = Math.max(0, Math.min(1, share)) * 100
  return (
    <svg aria-hidden viewBox="0 0 100 3" preserveAspectRatio="none" className={clsx('h-[3px] rounded-full', className)}>
      <rect width="100" height="3" className="fill-hairline" />
      <rect width={filled} height="3" className="fill-online" />
    </svg>
  )
}
