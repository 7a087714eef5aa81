import type { ReactNode } from 'react'
import { Section } from '~/ui/facts.tsx'

/** A part of the overview with its head. */
export function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0 rounded-lg border">
      <Section title={title} aside={aside}>
        {children}
      </Section>
    </div>
  )
}
