'use client'

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { Topic } from '~/features/session/topic.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { useAccount, useAccountRefresh } from './use-account.ts'

/** Which peer the person sits at, so that a change which would cut it off says so first. */
export function OwnPeerTopic() {
  const { data } = useAccount()
  const refresh = useAccountRefresh()
  const [choosing, setChoosing] = useState(false)
  const set = useMutation(useTRPC().account.setOwnPeer.mutationOptions({ onSuccess: refresh }))
  const own = data?.ownPeer
  return (
    <Topic title="The peer you sit at" lead="A change that would cut it off warns you first, and offers a trial.">
      {!data && <Skeleton className="h-7 w-64" />}
      {data && !choosing && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <span className="min-w-40 flex-1">
            {own ? (
              <>
                <span className="font-medium">{own.name}</span> <span className="mono text-muted">{own.address}</span>{' '}
                <span className="text-muted">in {own.network}</span>
              </>
            ) : (
              <span className="text-muted">Not said.</span>
            )}
          </span>
          {own && (
            <Button onClick={() => set.mutate({ peerId: null })} busy={set.isPending}>
              Forget
            </Button>
          )}
          <Button onClick={() => setChoosing(true)}>{own ? 'Choose another' : 'Choose'}</Button>
        </div>
      )}
      {choosing && (
        <ChoosePeer
          onCancel={() => setChoosing(false)}
          onChoose={(peerId) => set.mutate({ peerId }, { onSuccess: () => setChoosing(false) })}
        />
      )}
      <FormError>{set.error && sentenceOf(set.error)}</FormError>
    </Topic>
  )
}

function ChoosePeer({ onChoose, onCancel }: { onChoose: (peerId: number) => void; onCancel: () => void }) {
  const [typed, setTyped] = useState('')
  const text = useDeferredValue(typed)
  const found = useQuery(
    useTRPC().account.findPeers.queryOptions({ text }, { placeholderData: keepPreviousData, staleTime: 10_000 }),
  )
  return (
    <div className="grid max-w-sm gap-2">
      <Field label="Name or address" hint="Choose the machine in front of you.">
        {(control) => (
          <TextInput {...control} value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus />
        )}
      </Field>
      <ul aria-label="Peers found" className="divide-y rounded-lg border empty:hidden">
        {found.data?.map((peer) => (
          <li key={peer.id}>
            <button
              type="button"
              onClick={() => onChoose(peer.id)}
              className="flex w-full items-baseline gap-2 px-2.5 py-1.5 text-left hover:bg-panel"
            >
              <span className="min-w-0 flex-1 truncate font-medium">{peer.name}</span>
              <span className="mono text-muted">{peer.address}</span>
              <span className="text-muted">{peer.network}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.data?.length === 0 && <p className="text-muted">No peer is called that.</p>}
      <div>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </div>
  )
}
