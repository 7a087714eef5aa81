import type { ReactNode } from 'react'
import { Mark } from '~/features/frame/mark.tsx'

type CardPageProps = { title: string; lead?: ReactNode; step?: string; children: ReactNode }

/** A page with one matter in its middle: setting up, signing in. */
export function CardPage({ title, lead, step, children }: CardPageProps) {
  return (
    <main className="grid min-h-dvh content-start justify-items-center px-3 pt-[12dvh] pb-8">
      <div className="grid w-full max-w-sm gap-5">
        <p className="flex items-center gap-2 text-md font-medium">
          <Mark className="size-5" /> Warren
          {step && <span className="ml-auto text-base font-normal text-muted">{step}</span>}
        </p>
        <div className="rounded-xl border bg-card p-5">
          <h1 className="text-lg leading-6">{title}</h1>
          {lead && <div className="mt-0.5 text-muted">{lead}</div>}
          <div className="mt-4">{children}</div>
        </div>
      </div>
    </main>
  )
}
