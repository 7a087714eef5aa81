'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { AcceptWelcome, MIN_PASSWORD } from '@warren/protocol'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal, sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Skeleton } from '~/ui/empty.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { CardPage } from './card-page.tsx'
import { signInWith } from './sign-in.ts'
import { useTokenOfAddress } from './token-of-address.ts'

/** Where a welcome link leads: a new person sets a password. */
export function WelcomePage() {
  const look = useMutation(useTRPC().welcome.look.mutationOptions())
  const [token, setToken] = useState<string | null | undefined>(undefined)
  useTokenOfAddress((found) => {
    setToken(found)
    if (found !== null) look.mutate({ token: found })
  })
  if (token === null || look.error) {
    return (
      <CardPage title="This link does not work">
        <p>{look.error ? sentenceOf(look.error) : 'The token is missing; open the whole link that you were given.'}</p>
        <Button asChild className="mt-4">
          <Link href={to.login()}>To the login</Link>
        </Button>
      </CardPage>
    )
  }
  if (!token || !look.data) {
    return (
      <CardPage title="Welcome">
        <Skeleton className="h-36" />
      </CardPage>
    )
  }
  return <SetPassword token={token} name={look.data.name} />
}

function SetPassword({ token, name }: { token: string; name: string }) {
  const router = useRouter()
  const queries = useQueryClient()
  const accept = useMutation(useTRPC().welcome.accept.mutationOptions())
  const form = useForm<AcceptWelcome>({ resolver: zodResolver(AcceptWelcome), defaultValues: { token, password: '' } })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async (input) => {
    try {
      await accept.mutateAsync(input)
    } catch (error) {
      return placeRefusal(form, error)
    }
    queries.clear()
    // Who has a second factor types its code at the login.
    const refused = await signInWith({ name, password: input.password })
    router.replace(refused ? to.login() : to.home())
  })
  return (
    <CardPage title={`Welcome, ${name}`} lead="Choose the password with which you sign in from now on.">
      {/* Before the script is there, a browser would send a form by GET and put the password into the address. */}
      <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <Field label="Password" error={errors.password?.message} hint={`At least ${MIN_PASSWORD} characters.`}>
          {(control) => (
            <TextInput
              {...control}
              {...form.register('password')}
              type="password"
              autoComplete="new-password"
              autoFocus
            />
          )}
        </Field>
        <FormError>{errors.token?.message ?? errors.root?.message}</FormError>
        <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
          Set password
        </Button>
      </form>
    </CardPage>
  )
}
