'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { Me } from '~/features/session/me.ts'
import { Topic } from '~/features/session/topic.tsx'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Ago, exact, useServerNow } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Confirm } from '~/ui/dialog.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { State, Tag } from '~/ui/tag.tsx'
import { useAccountRefresh } from './use-account.ts'

const NewTokenDialog = dynamic(() => import('./new-token-dialog.tsx').then((module) => module.NewTokenDialog))

type OwnToken = Answers['account']['tokens'][number]

/** What programs sign in with, in this person's name. */
export function TokensTopic({ me }: { me: Me }) {
  const tokens = useQuery(useTRPC().account.tokens.queryOptions(undefined, { staleTime: 0 }))
  const [adding, setAdding] = useState(false)
  return (
    <Topic
      title="API tokens"
      lead="For programs. A token may do what its role and yours both allow, and nothing about people and accounts."
    >
      {tokens.isPending && <Skeleton className="h-7 w-64" />}
      {tokens.data?.length === 0 && <p className="mb-2 text-muted">You have none.</p>}
      <ul aria-label="API tokens" className="mb-2 divide-y empty:hidden">
        {tokens.data?.map((token) => (
          <TokenLine key={token.id} token={token} />
        ))}
      </ul>
      <Button onClick={() => setAdding(true)}>New token…</Button>
      {adding && <NewTokenDialog me={me} onClose={() => setAdding(false)} />}
    </Topic>
  )
}

const LOOK_AGAIN_MS = 60_000

function TokenLine({ token }: { token: OwnToken }) {
  const now = useServerNow(LOOK_AGAIN_MS)
  const [asking, setAsking] = useState(false)
  const expired = token.expiresAt !== null && Date.parse(token.expiresAt) <= now
  return (
    <li className="flex min-h-10 items-center gap-3 py-1.5">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{token.name}</span>
          <Tag>{token.role}</Tag>
          {expired && <State tone="off">expired</State>}
        </p>
        <p className="text-muted">
          {token.usedAt ? (
            <>
              used <Ago at={token.usedAt} />
            </>
          ) : (
            'never used'
          )}{' '}
          ·{' '}
          {token.expiresAt === null ? (
            'never expires'
          ) : (
            <span title={exact(token.expiresAt)}>
              {expired ? 'expired' : 'expires'} <Ago at={token.expiresAt} />
            </span>
          )}
        </p>
      </div>
      <Button size="small" aria-label={`Revoke ${token.name}`} onClick={() => setAsking(true)}>
        Revoke…
      </Button>
      {asking && <RevokeDialog token={token} onClose={() => setAsking(false)} />}
    </li>
  )
}

function RevokeDialog({ token, onClose }: { token: OwnToken; onClose: () => void }) {
  const refresh = useAccountRefresh()
  const revoke = useMutation(useTRPC().account.revokeToken.mutationOptions({ onSuccess: refresh }))
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Revoke ${token.name}?`}
      action="Revoke token"
      busy={revoke.isPending}
      error={revoke.error && sentenceOf(revoke.error)}
      onConfirm={() => revoke.mutate({ tokenId: token.id })}
    >
      <p>Programs that use it are refused at once. It cannot be brought back.</p>
    </Confirm>
  )
}
