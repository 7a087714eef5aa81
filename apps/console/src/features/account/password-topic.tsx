'use client'

import { useMutation } from '@tanstack/react-query'
import { ChangePassword, MIN_PASSWORD } from '@warren/protocol'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Me } from '~/features/session/me.ts'
import { Topic } from '~/features/session/topic.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { counted } from '~/ui/format.ts'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { useAccountRefresh } from './use-account.ts'

export function PasswordTopic({ me }: { me: Me }) {
  return (
    <Topic title="Password" lead="Changing it ends all your other sessions.">
      {me.hasPassword ? (
        <PasswordForm name={me.name} />
      ) : (
        <p className="text-muted">You have no password here. An owner can make you a link with which you set one.</p>
      )}
    </Topic>
  )
}

function PasswordForm({ name }: { name: string }) {
  const change = useMutation(useTRPC().account.changePassword.mutationOptions())
  const refresh = useAccountRefresh()
  const [done, setDone] = useState<string | null>(null)
  const form = useForm<ChangePassword>({
    resolver: zodResolver(ChangePassword),
    defaultValues: { present: '', password: '' },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async (input) => {
    setDone(null)
    try {
      const { ended } = await change.mutateAsync(input)
      form.reset()
      await refresh()
      setDone(
        ended === 0
          ? 'Your password is changed.'
          : `Your password is changed; ${counted(ended, 'other session')} ended.`,
      )
    } catch (error) {
      placeRefusal(form, error)
    }
  })
  return (
    <form method="post" onSubmit={(event) => void submit(event)} noValidate className="grid max-w-sm gap-3">
      {/* Password managers want to know whose password it is. */}
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <Field label="Present password" error={errors.present?.message}>
        {(control) => (
          <TextInput {...control} {...form.register('present')} type="password" autoComplete="current-password" />
        )}
      </Field>
      <Field label="New password" error={errors.password?.message} hint={`At least ${MIN_PASSWORD} characters.`}>
        {(control) => (
          <TextInput {...control} {...form.register('password')} type="password" autoComplete="new-password" />
        )}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <div className="flex items-center gap-3">
        <Button type="submit" busy={isSubmitting}>
          Change password
        </Button>
        <span role="status" className="text-online-ink">
          {done}
        </span>
      </div>
    </form>
  )
}
