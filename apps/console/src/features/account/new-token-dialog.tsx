'use client'

import { useMutation } from '@tanstack/react-query'
import { atLeast, CreateToken, roles } from '@warren/protocol'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Me } from '~/features/session/me.ts'
import { useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { CopyButton } from '~/ui/copy.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, Select, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { useAccountRefresh } from './use-account.ts'

/** Days that a token may live; 0 stands for ever, which the server is told by saying nothing. */
const lives = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'a year' },
  { days: 0, label: 'no end' },
]

const what = { viewer: 'viewer: reads', admin: 'admin: changes networks', owner: 'owner: makes networks too' }

/** Makes a token, and shows it once. */
export function NewTokenDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const create = useMutation(useTRPC().account.createToken.mutationOptions())
  const refresh = useAccountRefresh()
  const [token, setToken] = useState<string | null>(null)
  const form = useForm<CreateToken>({
    resolver: zodResolver(CreateToken),
    defaultValues: { name: '', role: 'viewer', days: 90 },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async (input) => {
    try {
      const made = await create.mutateAsync(input)
      setToken(made.token)
      await refresh()
    } catch (error) {
      placeRefusal(form, error)
    }
  })
  if (token !== null) return <ShowToken token={token} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title="New API token">
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
        <Field label="Name" error={errors.name?.message} hint="What it is for, so that you know what to revoke.">
          {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="back-up script" />}
        </Field>
        <Field label="Role" error={errors.role?.message}>
          {(control) => (
            <Select {...control} {...form.register('role')}>
              {roles
                .filter((role) => atLeast(me.role, role))
                .map((role) => (
                  <option key={role} value={role}>
                    {what[role]}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <Field label="Lives" error={errors.days?.message}>
          {(control) => (
            <Select {...control} {...form.register('days', { setValueAs: (value) => Number(value) || undefined })}>
              {lives.map(({ days, label }) => (
                <option key={days} value={days}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" busy={isSubmitting}>
            Make token
          </Button>
        </Actions>
      </form>
    </Dialog>
  )
}

function ShowToken({ token, onClose }: { token: string; onClose: () => void }) {
  // By standard input: what stands in a command line is seen by everybody on the machine.
  const example = `printf 'Authorization: Bearer %s' "$WARREN_TOKEN" | curl -H @- ${window.location.origin}/api/trpc/network.list`
  return (
    <Dialog
      open
      sticky
      onClose={onClose}
      title="Your new token"
      description="It is shown only now. The console keeps no more than its hash."
    >
      <div className="grid gap-3">
        <code data-testid="token" className="mono block rounded-lg bg-panel px-3 py-2 break-all">
          {token}
        </code>
        <div>
          <p className="mb-1 text-muted">A program sends it with each request:</p>
          <code className="mono block rounded-lg bg-panel px-3 py-2 wrap-anywhere">{example}</code>
        </div>
      </div>
      <Actions>
        <CopyButton text={token} label="Copy token" />
        <Button tone="solid" onClick={onClose}>
          Done
        </Button>
      </Actions>
    </Dialog>
  )
}
