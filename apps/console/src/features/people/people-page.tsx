'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ConsoleFrame } from '~/features/session/console-frame.tsx'
import { type Me, useMe } from '~/features/session/me.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Empty, SkeletonRows } from '~/ui/empty.tsx'
import { LinkDialog, PersonDialog } from './dialogs.ts'
import { EventsTopic } from './events-topic.tsx'
import type { Link } from './link-dialog.tsx'
import { PersonRow } from './person-row.tsx'

export type Person = Answers['people']['list'][number]

/** Who may sign in, with which rights; and what was done to them. For owners. */
export function PeoplePage() {
  const me = useMe()
  const [adding, setAdding] = useState(false)
  const [link, setLink] = useState<Link | null>(null)
  const whyNot = me && me.role !== 'owner' ? 'Only an owner can add people' : null
  return (
    <ConsoleFrame
      title="People"
      actions={
        <Button tone="solid" onClick={() => setAdding(true)} whyNot={whyNot}>
          Add person
        </Button>
      }
    >
      {(who) => (
        <>
          {who.role === 'owner' ? <People me={who} onLink={setLink} /> : <NotForYou />}
          {adding && (
            <PersonDialog
              person={null}
              onClose={() => setAdding(false)}
              onAdded={(made) => {
                setAdding(false)
                setLink(made)
              }}
            />
          )}
          {link && <LinkDialog link={link} onClose={() => setLink(null)} />}
        </>
      )}
    </ConsoleFrame>
  )
}

function NotForYou() {
  return <Empty title="People are managed by owners">Ask one of them when somebody should come in, or go.</Empty>
}

function People({ me, onLink }: { me: Me; onLink: (link: Link) => void }) {
  const people = useQuery(useTRPC().people.list.queryOptions(undefined, { staleTime: 0 }))
  if (people.error) {
    return (
      <Empty title="People cannot be shown" action={<Button onClick={() => void people.refetch()}>Try again</Button>}>
        {sentenceOf(people.error)}
      </Empty>
    )
  }
  if (!people.data) return <SkeletonRows />
  return (
    <>
      <ul aria-label="People" className="divide-y">
        {people.data.map((person) => (
          <PersonRow key={person.id} person={person} self={person.id === me.id} onLink={onLink} />
        ))}
      </ul>
      <EventsTopic />
    </>
  )
}
