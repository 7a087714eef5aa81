'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { SetUp } from '@warren/protocol'
import { useRouter } from 'next/navigation'
import { useForm } from 'react-hook-form'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { CardPage } from './card-page.tsx'
import { signInWith } from './sign-in.ts'
import { useTokenOfAddress } from './token-of-address.ts'

/** The form of the first admin. The token comes behind the # of the address, which browsers send to nobody. */
export function SetUpForm() {
  const router = useRouter()
  const queries = useQueryClient()
  const create = useMutation(useTRPC().setup.createOwner.mutationOptions())
  const form = useForm<SetUp>({ resolver: zodResolver(SetUp), defaultValues: { token: '', name: '', password: '' } })
  const { errors, isSubmitting } = form.formState
  useTokenOfAddress((token) => token && form.setValue('token', token))

  const submit = form.handleSubmit(async (input) => {
    try {
      await create.mutateAsync(input)
    } catch (error) {
      return placeRefusal(form, error)
    }
    queries.clear()
    const refused = await signInWith({ name: input.name, password: input.password })
    router.replace(refused ? to.login() : to.newNetwork())
  })
  return (
    <CardPage title="Create the first admin" lead="The set-up page closes for good with that." step="Step 1 of 2">
      {/* Before the script is there, a browser would send a form by GET and put the password into the address. */}
      <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field label="User name" error={errors.name?.message}>
          {(control) => <TextInput {...control} {...form.register('name')} autoComplete="username" autoFocus />}
        </Field>
        <Field label="Password" error={errors.password?.message} hint="At least 10 characters.">
          {(control) => (
            <TextInput {...control} {...form.register('password')} type="password" autoComplete="new-password" />
          )}
        </Field>
        <FormError>{errors.token?.message ?? errors.root?.message}</FormError>
        <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
          Create admin
        </Button>
      </form>
    </CardPage>
  )
}
