'use client'

import { WithPassword } from '@warren/protocol'
import { useForm } from 'react-hook-form'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'

type ProveProps = {
  action: string
  danger?: boolean
  onProve: (input: WithPassword) => Promise<unknown>
  onCancel: () => void
}

/** Asks for the present password before something that an open session alone must not do. */
export function Prove({ action, danger, onProve, onCancel }: ProveProps) {
  const form = useForm<WithPassword>({ resolver: zodResolver(WithPassword), defaultValues: { present: '' } })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    onProve(input).then(undefined, (error: unknown) => placeRefusal(form, error)),
  )
  return (
    <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Present password" error={errors.present?.message}>
        {(control) => (
          <TextInput
            {...control}
            {...form.register('present')}
            type="password"
            autoComplete="current-password"
            autoFocus
          />
        )}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <Actions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone={danger ? 'danger' : 'solid'} busy={isSubmitting}>
          {action}
        </Button>
      </Actions>
    </form>
  )
}
