'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { NetworkRow } from '@warren/protocol'
import { type ComponentProps, type FormEvent, useState } from 'react'
import { useRefresh } from '~/features/network/context.tsx'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Check, Field, FormError, TextInput } from '~/ui/field.tsx'
import { hasGap, inputOf, type Typed, typedOf, withEndpoint } from './settings-values.ts'

/**
 * Where the hub is reached, how long invitations live, and how agents keep in touch. The server's own sentences stand
 * beside the fields: a library that checks forms would be the heaviest thing on this page.
 */
export function SettingsForm({ network, whyNot }: { network: NetworkRow; whyNot: string | null }) {
  const edit = useEdit(network.id)
  const [typed, setTyped] = useState(() => typedOf(network))
  const empty = hasGap(typed)
  const input = inputOf(typed, network)
  const same = Object.keys(input).length === 0
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!whyNot && !empty && !same) edit.mutate({ networkId: network.id, ...input })
  }
  const fault = edit.error?.data?.refusal?.field ?? null
  return (
    <form onSubmit={save} noValidate className="grid max-w-sm gap-3">
      <Fields
        typed={typed}
        change={setTyped}
        readOnly={whyNot !== null}
        error={(name) => (fault === name && edit.error ? edit.error.message : undefined)}
      />
      <FormError>{edit.error && !(fault && fault in typed) && sentenceOf(edit.error)}</FormError>
      <div>
        <Button type="submit" tone="solid" busy={edit.isPending} whyNot={whyNot ?? whyNotSave({ empty, same })}>
          Save
        </Button>
      </div>
    </form>
  )
}

type FieldsProps = {
  typed: Typed
  change: (typed: Typed) => void
  readOnly: boolean
  error: (name: keyof Typed) => string | undefined
}

/** All numbers, in the order in which they are asked for. */
const numbers = {
  listenPort: ['UDP port the hub listens on', 'The endpoint’s own port, unless a router forwards that to another one.'],
  invitationHours: ['Hours an invitation lives', 'From 1 to 8760, a year.'],
  keepaliveS: ['Seconds between keepalives', 'They keep a NAT’s mapping open; 25 suits most, 0 sends none.'],
  pollHoldS: ['Seconds a poll is held', 'Agents wait so long for news before they ask again: 5 to 50.'],
  pollEveryS: [
    'Seconds between polls instead',
    'Empty: agents wait for news. For networks that must stay quiet: 5 to 3600, and changes arrive as late.',
  ],
  rotateDays: ['Days a key lives', 'Agents then make themselves new ones; 1 to 3650. Empty: as long as their peers.'],
} as const satisfies Partial<Record<keyof Typed, readonly [label: string, hint: string]>>

function Fields({ typed, change, readOnly, error }: FieldsProps) {
  return (
    <>
      <Field
        label="Public endpoint of the hub"
        error={error('endpoint')}
        hint="Where nodes reach it from outside: address or name, and port."
      >
        {(control) => (
          <TextInput
            {...control}
            name="endpoint"
            value={typed.endpoint}
            readOnly={readOnly}
            onChange={(event) => change(withEndpoint(typed, event.target.value))}
            mono
          />
        )}
      </Field>
      {(Object.keys(numbers) as (keyof typeof numbers)[]).map((name) => (
        <Field key={name} label={numbers[name][0]} hint={numbers[name][1]} error={error(name)}>
          {(control) => (
            <NumberInput
              {...control}
              name={name}
              value={typed[name]}
              readOnly={readOnly}
              onChange={(event) => change({ ...typed, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Check
        label="Relay where there is no direct path"
        hint="The hub passes on packets that it cannot read."
        name="relay"
        checked={typed.relay}
        disabled={readOnly}
        onChange={(event) => change({ ...typed, relay: event.target.checked })}
      />
      <Check
        label="Names by DNS"
        hint="The hub answers peer.network.wg on its mesh address, to each peer only for whom it reaches."
        name="dns"
        checked={typed.dns}
        disabled={readOnly}
        onChange={(event) => change({ ...typed, dns: event.target.checked })}
      />
    </>
  )
}

const whyNotSave = ({ empty, same }: { empty: boolean; same: boolean }): string | null => {
  if (empty) return 'A field is empty'
  return same ? 'Nothing is changed yet' : null
}

const NumberInput = (props: ComponentProps<'input'>) => (
  <TextInput {...props} type="number" className="max-w-28 text-right" />
)

/** Changes a network as a whole; ends when the page shows it. */
export function useEdit(networkId: number) {
  const trpc = useTRPC()
  const refresh = useRefresh()
  const queries = useQueryClient()
  const onSuccess = async () => {
    await refresh(networkId)
    await queries.invalidateQueries(trpc.network.list.queryFilter())
  }
  return useMutation(trpc.network.edit.mutationOptions({ onSuccess }))
}
