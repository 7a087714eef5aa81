'use client'

import { useForm } from 'react-hook-form'
import * as z from 'zod'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { CardPage } from './card-page.tsx'
import { signInWith } from './sign-in.ts'

const Code = z.object({
  code: z.string().trim().min(1, 'The code is missing.').max(40, 'That is too long for a code.'),
})
type Code = z.infer<typeof Code>

type Props = { first: { name: string; password: string }; onIn: () => void; onBack: () => void }

/** The second step of signing in, for who has set one up. What was typed in the first is kept in memory only. */
export function CodeForm({ first, onIn, onBack }: Props) {
  const form = useForm<Code>({ resolver: zodResolver(Code), defaultValues: { code: '' } })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async ({ code }) => {
    const refused = await signInWith({ ...first, code })
    if (refused) return form.setError('code', { message: refused }, { shouldFocus: true })
    onIn()
  })
  return (
    <CardPage title="Second factor" lead={`For ${first.name}: the code that your authenticator app shows now.`}>
      <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field label="Code" error={errors.code?.message} hint="Phone lost? A recovery code will do.">
          {(control) => (
            <TextInput {...control} {...form.register('code')} autoComplete="one-time-code" mono autoFocus />
          )}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
          Sign in
        </Button>
        <Button tone="quiet" onClick={onBack} className="h-8">
          Back
        </Button>
      </form>
    </CardPage>
  )
}
