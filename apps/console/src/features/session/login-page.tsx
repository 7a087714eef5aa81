'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CODE_NEEDED } from '@warren/protocol'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { CardPage } from './card-page.tsx'
import { CodeForm } from './code-form.tsx'
import { faultSentence } from './faults.ts'
import { signInElsewhere, signInWith } from './sign-in.ts'

const Login = z.object({
  name: z.string().trim().min(1, 'Your user name is missing.'),
  password: z.string().min(1, 'Your password is missing.'),
})
type Login = z.infer<typeof Login>

/** Signing in, in one step or two; afterwards the page that was asked for, if it is one of ours. `fault` is a code. */
export function LoginPage({ from, fault }: { from: string | null; fault: string | null }) {
  const router = useRouter()
  const queries = useQueryClient()
  const [first, setFirst] = useState<Login | null>(null)
  const enter = () => {
    // What was answered to nobody, or to somebody else before, is not for this person.
    queries.clear()
    router.replace(ownPath(from))
  }
  if (first) return <CodeForm first={first} onIn={enter} onBack={() => setFirst(null)} />
  return (
    <CardPage title="Sign in">
      <PasswordForm fault={fault} onIn={enter} onCodeNeeded={setFirst} />
      <Elsewhere from={from} />
    </CardPage>
  )
}

type FormProps = { fault: string | null; onIn: () => void; onCodeNeeded: (first: Login) => void }

function PasswordForm({ fault, onIn, onCodeNeeded }: FormProps) {
  const form = useForm<Login>({ resolver: zodResolver(Login), defaultValues: { name: '', password: '' } })
  const { errors, isSubmitting, isSubmitted } = form.formState
  const submit = form.handleSubmit(async (input) => {
    const refused = await signInWith(input)
    if (refused === CODE_NEEDED) return onCodeNeeded(input)
    if (refused) return form.setError('root', { message: refused })
    onIn()
  })
  return (
    // Before the script is there, a browser would send a form by GET and put the password into the address.
    <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="User name" error={errors.name?.message}>
        {(control) => <TextInput {...control} {...form.register('name')} autoComplete="username" autoFocus />}
      </Field>
      <Field label="Password" error={errors.password?.message}>
        {(control) => (
          <TextInput {...control} {...form.register('password')} type="password" autoComplete="current-password" />
        )}
      </Field>
      <FormError>{errors.root?.message ?? (isSubmitted ? null : faultSentence(fault))}</FormError>
      <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
        Sign in
      </Button>
    </form>
  )
}

/** The OpenID Connect provider, where the console has one. */
function Elsewhere({ from }: { from: string | null }) {
  const providers = useQuery(useTRPC().session.providers.queryOptions())
  const [busy, setBusy] = useState(false)
  if (!providers.data?.oidc) return null
  const go = () => {
    setBusy(true)
    void signInElsewhere(ownPath(from))
  }
  return (
    <div className="mt-4 border-t pt-4">
      <Button onClick={go} busy={busy} className="h-8 w-full">
        Sign in with {providers.data.oidc.name}
      </Button>
    </div>
  )
}

/** Only paths of this console: a link to the login must not lead elsewhere. */
function ownPath(from: string | null): string {
  // As the browser itself will read it: it drops tabs and line breaks and takes backslashes for slashes.
  const url = from?.startsWith('/') ? URL.parse(from, window.location.origin) : null
  return url?.origin === window.location.origin ? `${url.pathname}${url.search}${url.hash}` : to.home()
}
