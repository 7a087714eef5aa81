'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { Topic } from '~/features/session/topic.tsx'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Ago } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { FormError } from '~/ui/field.tsx'
import { Tag } from '~/ui/tag.tsx'
import { browserName } from './browser-name.ts'
import { useAccountRefresh } from './use-account.ts'

type OwnSession = Answers['account']['sessions'][number]

/** Where the person is signed in; each can be ended from here. */
export function SessionsTopic() {
  const trpc = useTRPC()
  const sessions = useQuery(trpc.account.sessions.queryOptions(undefined, { staleTime: 0 }))
  const refresh = useAccountRefresh()
  const endOthers = useMutation(trpc.account.endOtherSessions.mutationOptions({ onSuccess: refresh }))
  const others = sessions.data?.filter((session) => !session.current).length ?? 0
  const error = sessions.error ?? endOthers.error
  return (
    <Topic title="Sessions" lead="A session lasts twelve hours. One that you end is out with its next request.">
      {sessions.isPending && <Skeleton className="h-12" />}
      <ul aria-label="Sessions" className="divide-y">
        {sessions.data?.map((session) => (
          <SessionLine key={session.id} session={session} />
        ))}
      </ul>
      {others > 1 && (
        <Button onClick={() => endOthers.mutate()} busy={endOthers.isPending} className="mt-2">
          End all others
        </Button>
      )}
      <FormError>{error && sentenceOf(error)}</FormError>
    </Topic>
  )
}

function SessionLine({ session }: { session: OwnSession }) {
  const refresh = useAccountRefresh()
  const end = useMutation(useTRPC().account.endSession.mutationOptions({ onSettled: refresh }))
  const name = browserName(session.browser)
  return (
    <li className="flex min-h-10 items-center gap-3 py-1.5">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium" title={session.browser}>
            {name}
          </span>
          {session.current && <Tag>this one</Tag>}
        </p>
        <p className="text-muted">
          <span className="mono">{session.source}</span> · used <Ago at={session.seenAt} /> · signed in{' '}
          <Ago at={session.createdAt} />
        </p>
      </div>
      {!session.current && (
        <Button
          size="small"
          aria-label={`End the session of ${name}`}
          onClick={() => end.mutate({ sessionId: session.id })}
          busy={end.isPending}
        >
          End
        </Button>
      )}
    </li>
  )
}
