'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Ago } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { FormError } from '~/ui/field.tsx'
import { eventSentence } from './event-sentence.ts'

const FIRST = 20
const MORE = 200

/** What was done to people, newest first. */
export function EventsTopic() {
  const [limit, setLimit] = useState(FIRST)
  const events = useQuery(
    useTRPC().people.events.queryOptions({ limit }, { staleTime: 0, placeholderData: (old) => old }),
  )
  return (
    <section aria-labelledby="events" className="border-t px-3 py-6 nav:px-4">
      <h2 id="events" className="mb-2 text-base font-medium">
        What was done to people
      </h2>
      {events.isPending && <Skeleton className="h-24" />}
      {events.data?.length === 0 && <p className="text-muted">Nothing yet.</p>}
      <ol aria-label="What was done to people" className="grid gap-1">
        {events.data?.map(({ id, at, actor, kind, about }) => (
          <li key={id} className="flex gap-3">
            <span className="w-20 shrink-0 text-right text-muted">
              <Ago at={at} />
            </span>
            <span className="min-w-0">
              <span className="font-medium">{actor.name}</span> {eventSentence(kind, about)}
            </span>
          </li>
        ))}
      </ol>
      {events.data?.length === limit && limit < MORE && (
        <Button onClick={() => setLimit(MORE)} className="mt-3">
          Show earlier
        </Button>
      )}
      <FormError>{events.error && sentenceOf(events.error)}</FormError>
    </section>
  )
}
