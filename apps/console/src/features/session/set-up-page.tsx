'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { FormError } from '~/ui/field.tsx'
import { CardPage } from './card-page.tsx'
import { SetUpForm } from './set-up-form.tsx'

/** The first page of a new console: makes its owner, and closes for good with that. */
export function SetUpPage() {
  const setUp = useQuery(useTRPC().setup.state.queryOptions())
  if (setUp.error) {
    return (
      <CardPage title="Set up">
        <FormError>{sentenceOf(setUp.error)}</FormError>
      </CardPage>
    )
  }
  if (!setUp.data) {
    return (
      <CardPage title="Set up">
        <Skeleton className="h-48" />
      </CardPage>
    )
  }
  return setUp.data.state === 'closed' ? <Closed /> : <SetUpForm />
}

function Closed() {
  return (
    <CardPage title="This console is set up">
      <p>
        Its first admin exists, so this page is closed for good. If you lost your password, another owner can set a new
        one.
      </p>
      <Button asChild tone="solid" className="mt-4">
        <Link href={to.login()}>Sign in</Link>
      </Button>
    </CardPage>
  )
}
