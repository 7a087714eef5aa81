'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { NetworkRow } from '@warren/protocol'
import { type ComponentProps, type FormEvent, useState } from 'react'
import { useRefresh } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'

/** What is typed; a number may be half of one. */
type Typed = { endpoint: string; invitationHours: string; keepaliveS: string }

const typedOf = ({ endpoint, invitationHours, keepaliveS }: NetworkRow): Typed => ({
  endpoint,
  invitationHours: String(invitationHours),
  keepaliveS: String(keepaliveS),
})

/**
 * Where the hub is reached, how long invitations live, and the keepalive. The server's own sentences stand beside the
 * fields: a library that checks forms would be the heaviest thing on this page.
 */
export function SettingsForm({ network, whyNot }: { network: NetworkRow; whyNot: string | null }) {
  const edit = useEdit(network.id)
  const [typed, setTyped] = useState(() => typedOf(network))
  const empty = Object.values(typed).some((text) => text.trim() === '')
  const same = JSON.stringify(typed) === JSON.stringify(typedOf(network))
  const save = (event: FormEvent) => {
    event.preventDefault()
    const { endpoint, invitationHours, keepaliveS } = typed
    const numbers = { invitationHours: Number(invitationHours), keepaliveS: Number(keepaliveS) }
    if (!whyNot && !empty && !same) edit.mutate({ networkId: network.id, endpoint, ...numbers })
  }
  const fault = edit.error?.data?.refusal?.field ?? null
  const input = (name: keyof Typed): ComponentProps<'input'> => ({
    name,
    value: typed[name],
    readOnly: whyNot !== null,
    onChange: (event) => setTyped({ ...typed, [name]: event.target.value }),
  })
  const error = (name: keyof Typed) => (fault === name && edit.error ? edit.error.message : undefined)
  return (
    <form onSubmit={save} noValidate className="grid max-w-sm gap-3">
      <Field
        label="Public endpoint of the hub"
        error={error('endpoint')}
        hint="Where nodes reach it from outside: address or name, and port."
      >
        {(control) => <TextInput {...control} {...input('endpoint')} mono />}
      </Field>
      <Field label="Hours an invitation lives" error={error('invitationHours')} hint="From 1 to 8760, a year.">
        {(control) => <NumberInput {...control} {...input('invitationHours')} />}
      </Field>
      <Field
        label="Seconds between keepalives"
        error={error('keepaliveS')}
        hint="They keep a NAT's mapping open; 25 suits most, 0 sends none."
      >
        {(control) => <NumberInput {...control} {...input('keepaliveS')} />}
      </Field>
      <FormError>{edit.error && !(fault && fault in typed) && sentenceOf(edit.error)}</FormError>
      <div>
        <Button type="submit" tone="solid" busy={edit.isPending} whyNot={whyNot ?? whyNotSave({ empty, same })}>
          Save
        </Button>
      </div>
    </form>
  )
}

const whyNotSave = ({ empty, same }: { empty: boolean; same: boolean }): string | null => {
  if (empty) return 'A field is empty'
  return same ? 'Nothing is changed yet' : null
}

const NumberInput = (props: ComponentProps<'input'>) => (
  <TextInput {...props} type="number" className="max-w-28 text-right" />
)

function useEdit(networkId: number) {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const queries = useQueryClient()
  const onSuccess = async () => {
    await refresh(networkId)
    await queries.invalidateQueries(trpc.network.list.queryFilter())
  }
  return useMutation(trpc.network.edit.mutationOptions({ onSuccess }))
}
