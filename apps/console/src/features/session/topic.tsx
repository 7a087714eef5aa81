import { type ReactNode, useId } from 'react'

/** A matter of a page of settings: what it is about on the left, what can be done on the right. */
export function Topic({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className="grid gap-x-8 gap-y-3 border-t px-3 py-6 first:border-t-0 nav:px-4 panel:grid-cols-[15rem_minmax(0,36rem)]"
    >
      <div>
        <h2 id={id} className="text-base font-medium">
          {title}
        </h2>
        <div className="mt-0.5 text-muted">{lead}</div>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  )
}
