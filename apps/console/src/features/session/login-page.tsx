'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { CardPage } from './card-page.tsx'
import { signInWith } from './sign-in.ts'

const Login = z.object({
  name: z.string().trim().min(1, 'Your user name is missing.'),
  password: z.string().min(1, 'Your password is missing.'),
})
type Login = z.infer<typeof Login>

/** Signing in; afterwards the page that was asked for, if it is one of ours. */
export function LoginPage({ from }: { from: string | null }) {
  const router = useRouter()
  const queries = useQueryClient()
  const form = useForm<Login>({ resolver: zodResolver(Login), defaultValues: { name: '', password: '' } })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async ({ name, password }) => {
    const refused = await signInWith(name, password)
    if (refused) return form.setError('root', { message: refused })
    // What was answered to nobody, or to somebody else before, is not for this person.
    queries.clear()
    router.replace(ownPath(from))
  })
  return (
    <CardPage title="Sign in">
      {/* Before the script is there, a browser would send a form by GET and put the password into the address. */}
      <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field label="User name" error={errors.name?.message}>
          {(control) => <TextInput {...control} {...form.register('name')} autoComplete="username" autoFocus />}
        </Field>
        <Field label="Password" error={errors.password?.message}>
          {(control) => (
            <TextInput {...control} {...form.register('password')} type="password" autoComplete="current-password" />
          )}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
          Sign in
        </Button>
      </form>
    </CardPage>
  )
}

/** Only paths of this console: a link to the login must not lead elsewhere. */
function ownPath(from: string | null): string {
  // As the browser itself will read it: it drops tabs and line breaks and takes backslashes for slashes.
  const url = from?.startsWith('/') ? URL.parse(from, window.location.origin) : null
  return url?.origin === window.location.origin ? `${url.pathname}${url.search}${url.hash}` : to.home()
}
