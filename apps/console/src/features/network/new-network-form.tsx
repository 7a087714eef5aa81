'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CreateNetwork, formatEndpoint, parseEndpoint } from '@warren/protocol'
import { useRouter } from 'next/navigation'
import { useId } from 'react'
import { useForm } from 'react-hook-form'
import { freshUla } from '~/features/cidrs/second.ts'
import { to } from '~/features/to.ts'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Check, Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { portsHint } from './ports-hint.ts'

type Suggestion = Answers['network']['suggest']
type Values = { name: string; prefix: string; prefix6?: string; endpoint: string; listenPort: number }

/** Name, root CIDR, the hub's public endpoint and port; each but the name begins with a suggestion. */
export function NewNetworkForm({ suggestion }: { suggestion: Suggestion }) {
  const router = useRouter()
  const queries = useQueryClient()
  const trpc = useTRPC()
  const create = useMutation(trpc.network.create.mutationOptions())
  const { prefix, listenPort, endpoints } = suggestion
  const form = useForm<Values, unknown, CreateNetwork>({
    resolver: zodResolver(CreateNetwork),
    defaultValues: { name: '', prefix, endpoint: endpoints[0] ?? '', listenPort },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit((input) =>
    create.mutateAsync(input).then(
      async (network) => {
        await queries.invalidateQueries(trpc.network.list.queryFilter())
        router.replace(to.tree({ network: network.name }))
      },
      (error: unknown) => placeRefusal(form, error, { interface: 'name' }),
    ),
  )
  /** The endpoint carries the port too, so it follows. */
  const choosePort = (port: number) => {
    const endpoint = parseEndpoint(form.getValues('endpoint'))
    if (endpoint && port > 0 && port < 65_536) form.setValue('endpoint', formatEndpoint({ ...endpoint, port }))
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-3">
      <Field label="Name" error={errors.name?.message} hint="Peers are called peer.name.wg.">
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="acme" />}
      </Field>
      <Field
        label="Root CIDR"
        error={errors.prefix?.message}
        hint="Large enough for all you plan; it can be cut later."
      >
        {(control) => <TextInput {...control} {...form.register('prefix')} mono />}
      </Field>
      <SecondField form={form} />
      <EndpointField form={form} suggestion={suggestion} />
      <Field
        label="UDP port"
        error={errors.listenPort?.message}
        hint={
          portsHint(form.watch('endpoint'), form.watch('listenPort')) ??
          'The hub listens on it; nodes must be able to reach it.'
        }
      >
        {(control) => (
          <TextInput
            {...control}
            {...form.register('listenPort', {
              valueAsNumber: true,
              onChange: (event) => choosePort(Number(event.target.value)),
            })}
            type="number"
            inputMode="numeric"
            className="max-w-28"
          />
        )}
      </Field>
      <FormError>{errors.root?.message}</FormError>
      <Button type="submit" tone="solid" busy={isSubmitting} className="mt-1 h-8">
        Create network
      </Button>
    </form>
  )
}

type Form = ReturnType<typeof useForm<Values, unknown, CreateNetwork>>

/** IPv6 beside IPv4, for who wants it. */
function SecondField({ form }: { form: Form }) {
  const prefix6 = form.watch('prefix6')
  return (
    <>
      <Check
        label="IPv6 as well"
        hint="Every CIDR and peer gets an IPv6 prefix or address beside its IPv4 one. It can be added later, too."
        checked={prefix6 !== undefined}
        onChange={(event) => {
          form.setValue('prefix6', event.target.checked ? freshUla() : undefined)
          form.clearErrors('prefix6')
        }}
      />
      {prefix6 !== undefined && (
        <Field
          label="IPv6 prefix"
          error={form.formState.errors.prefix6?.message}
          hint="Made at random from the addresses for private use."
        >
          {(control) => <TextInput {...control} {...form.register('prefix6')} mono />}
        </Field>
      )}
    </>
  )
}

function EndpointField({ form, suggestion }: { form: Form; suggestion: Suggestion }) {
  const listId = useId()
  return (
    <Field
      label="Public endpoint of the hub"
      error={form.formState.errors.endpoint?.message}
      hint="Where nodes reach this machine from outside: address or name, and port."
    >
      {(control) => (
        <>
          <TextInput {...control} {...form.register('endpoint')} mono list={listId} placeholder="203.0.113.7:51820" />
          <datalist id={listId}>
            {suggestion.endpoints.map((endpoint) => (
              <option key={endpoint} value={endpoint} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}
