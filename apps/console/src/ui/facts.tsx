import type { ReactNode } from 'react'

/** A headed part of a panel, a hairline above it. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-t px-4.5 py-3 first:border-t-0">
      <div className="mb-1.5 flex items-baseline gap-2 text-sm">
        <h2 className="flex-1 text-muted">{title}</h2>
        {aside && <div className="text-muted">{aside}</div>}
      </div>
      {children}
    </section>
  )
}

/** Names on the left, values on the right. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-1">{children}</dl>
}

export function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-baseline justify-between gap-4">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 text-right">{children}</dd>
    </div>
  )
}
