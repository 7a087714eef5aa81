'use client'

import { Controller, type UseFormReturn } from 'react-hook-form'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { Actions } from '~/ui/dialog.tsx'
import { Check, Field, FormError, Select, TextInput } from '~/ui/field.tsx'
import { Notice } from '~/ui/notice.tsx'
import type { AddPeerValues, DraftPeer } from './add-peer-dialog.tsx'
import { nextFreeAddress, nextFreeAddress6 } from './address.ts'

type FieldsProps = {
  form: UseFormReturn<AddPeerValues, unknown, DraftPeer>
  onSubmit: () => void
  onCancel: () => void
}

/** The form of a new peer. */
export function AddPeerFields({ form, onSubmit, onCancel }: FieldsProps) {
  const { plan } = useNetwork()
  const { errors, isSubmitting } = form.formState
  const hubReady = plan.members.some((peer) => peer.kind === 'hub' && peer.publicKey !== null)
  const kind = form.watch('kind')
  const rights = useRights()
  const whyNot = rights.whyNotInside(form.watch('cidrId')) ?? (hubReady ? null : 'The hub has no key yet')
  return (
    <form
      noValidate
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {!hubReady && (
        <Notice tone="warning" title="The hub has no key yet">
          An invitation would lead nowhere. Start the hub first: <code className="mono">sudo npm start</code>.
        </Notice>
      )}
      <Field label="Name" error={errors.name?.message} hint="Also its host name in the network.">
        {(control) => <TextInput {...control} {...form.register('name')} autoFocus placeholder="ana-laptop" />}
      </Field>
      <KindField form={form} />
      <div className="grid gap-3 nav:grid-cols-2">
        <CidrField form={form} />
        <Field
          label="Address"
          error={errors.address?.message}
          hint={nextFreeAddress(plan, form.watch('cidrId')) ? 'The next free one.' : 'None is free.'}
        >
          {(control) => <TextInput {...control} {...form.register('address', trimmed)} mono />}
        </Field>
      </div>
      {plan.plans.second?.get(form.watch('cidrId')) && (
        <Field
          label="IPv6 address"
          error={errors.address6?.message}
          hint={nextFreeAddress6(plan, form.watch('cidrId')) ? 'The next free one.' : 'None is free.'}
        >
          {(control) => <TextInput {...control} {...form.register('address6', trimmed)} mono />}
        </Field>
      )}
      {kind === 'agent' && (
        <Check
          label="May administer from its own terminal"
          hint={rights.whyNotAdminPeer ?? 'Reaches no one more than others do.'}
          {...form.register('isAdmin')}
          disabled={rights.whyNotAdminPeer !== null}
        />
      )}
      <EffectNote intent={{ kind: 'create-peer', cidr: form.watch('cidrId'), as: kind }} />
      <FormError>{errors.root?.message}</FormError>
      <Actions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" tone="solid" busy={isSubmitting} whyNot={whyNot}>
          Add peer
        </Button>
      </Actions>
    </form>
  )
}

/** An empty field asks for the next free address. */
const trimmed = { setValueAs: (text: string | undefined) => text?.trim() || undefined }

function CidrField({ form }: { form: FieldsProps['form'] }) {
  const { plan } = useNetwork()
  const rights = useRights()
  return (
    <Controller
      control={form.control}
      name="cidrId"
      render={({ field, fieldState }) => (
        <Field label="CIDR" error={fieldState.error?.message}>
          {(control) => (
            <Select
              {...control}
              value={field.value}
              onChange={(event) => {
                const cidrId = Number(event.target.value)
                field.onChange(cidrId)
                const shouldValidate = form.formState.isDirty
                form.setValue('address', nextFreeAddress(plan, cidrId) ?? undefined, { shouldValidate })
                form.setValue('address6', nextFreeAddress6(plan, cidrId) ?? undefined, { shouldValidate })
              }}
            >
              <CidrOptions tree={plan.tree} whyNot={(id) => (rights.mayAddTo(id) ? null : 'not yours')} />
            </Select>
          )}
        </Field>
      )}
    />
  )
}

const kinds = [
  { value: 'agent', label: 'Linux machine', note: 'Runs the Warren agent; tunnels go directly from peer to peer.' },
  {
    value: 'device',
    label: 'Phone or router',
    note: 'Uses a stock WireGuard app, by QR code; the hub forwards for it.',
  },
] as const

function KindField({ form }: { form: FieldsProps['form'] }) {
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">Kind</legend>
      <div className="grid gap-2 nav:grid-cols-2">
        {kinds.map((kind) => (
          <label
            key={kind.value}
            className="flex cursor-pointer gap-2 rounded-md border bg-card px-2.5 py-2 has-checked:border-accent has-checked:bg-accent-ground has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              value={kind.value}
              {...form.register('kind')}
              className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
            />
            <span>
              <span className="block font-medium">{kind.label}</span>
              <span className="block text-sm">{kind.note}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
