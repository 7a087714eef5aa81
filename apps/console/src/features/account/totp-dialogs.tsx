'use client'

import { useMutation } from '@tanstack/react-query'
import { ConfirmTotp } from '@warren/protocol'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Qr } from '~/features/invitations/qr.tsx'
import { type Answers, useTRPC } from '~/trpc/client.ts'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { CopyButton, CopyText } from '~/ui/copy.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { Prove } from './prove.tsx'
import { useAccountRefresh } from './use-account.ts'

type Offer = Answers['account']['beginTotp']

/** Password, then the QR code, then a code that proves it was read, then the recovery codes. */
export function SetUpTotp({ onClose }: { onClose: () => void }) {
  const begin = useMutation(useTRPC().account.beginTotp.mutationOptions())
  const [offer, setOffer] = useState<Offer | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title="Set up a second factor" wide={offer !== null}>
      {offer ? (
        <ReadOffer offer={offer} onDone={setCodes} onCancel={onClose} />
      ) : (
        <Prove
          action="Continue"
          onCancel={onClose}
          onProve={async (input) => setOffer(await begin.mutateAsync(input))}
        />
      )}
    </Dialog>
  )
}

type ReadProps = { offer: Offer; onDone: (codes: string[]) => void; onCancel: () => void }

function ReadOffer({ offer, onDone, onCancel }: ReadProps) {
  const confirm = useMutation(useTRPC().account.confirmTotp.mutationOptions())
  const refresh = useAccountRefresh()
  const form = useForm<ConfirmTotp>({
    resolver: zodResolver(ConfirmTotp),
    defaultValues: { sealed: offer.sealed, code: '' },
  })
  const { errors, isSubmitting } = form.formState
  const submit = form.handleSubmit(async (input) => {
    try {
      const { recoveryCodes } = await confirm.mutateAsync(input)
      await refresh()
      onDone(recoveryCodes)
    } catch (error) {
      placeRefusal(form, error)
    }
  })
  return (
    <form
      method="post"
      onSubmit={(event) => void submit(event)}
      noValidate
      className="grid gap-4 nav:grid-cols-[12rem_1fr]"
    >
      <div className="max-nav:mx-auto max-nav:w-48">
        <Qr text={offer.uri} label="QR code for an authenticator app" />
      </div>
      <div className="grid content-start gap-3">
        <p>Read this with an authenticator app, then type the code it shows. No camera? Type this into the app:</p>
        <CopyText
          text={offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}
          what="secret"
          className="[&_.mono]:whitespace-normal"
        />
        <Field label="Code" error={errors.code?.message}>
          {(control) => (
            <TextInput {...control} {...form.register('code')} {...codeInput} autoFocus mono className="max-w-32" />
          )}
        </Field>
        <FormError>{errors.root?.message}</FormError>
        <Actions>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" tone="solid" busy={isSubmitting}>
            Turn on
          </Button>
        </Actions>
      </div>
    </form>
  )
}

/** What makes phones offer digits, and the code itself. */
export const codeInput = { autoComplete: 'one-time-code', inputMode: 'numeric', placeholder: '123456' } as const

export function TurnOffTotp({ onClose }: { onClose: () => void }) {
  const disable = useMutation(useTRPC().account.disableTotp.mutationOptions())
  const refresh = useAccountRefresh()
  const turnOff = async (input: { present: string }) => {
    await disable.mutateAsync(input)
    await refresh()
    onClose()
  }
  return (
    <Dialog open onClose={onClose} title="Turn the second factor off">
      <p className="mb-3">Your password alone signs you in then, and your recovery codes stop working.</p>
      <Prove action="Turn off" danger onCancel={onClose} onProve={turnOff} />
    </Dialog>
  )
}

export function RenewCodes({ onClose }: { onClose: () => void }) {
  const renew = useMutation(useTRPC().account.renewRecovery.mutationOptions())
  const refresh = useAccountRefresh()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />
  const make = async (input: { present: string }) => {
    const { recoveryCodes } = await renew.mutateAsync(input)
    await refresh()
    setCodes(recoveryCodes)
  }
  return (
    <Dialog open onClose={onClose} title="Make new recovery codes">
      <p className="mb-3">The ones you have now stop working.</p>
      <Prove action="Make new codes" onCancel={onClose} onProve={make} />
    </Dialog>
  )
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog
      open
      sticky
      onClose={onClose}
      title="Your recovery codes"
      description="Each signs you in once when your phone is gone. They are shown only now."
    >
      <ul
        aria-label="Recovery codes"
        className="mono grid grid-cols-2 gap-x-6 gap-y-1 rounded-lg bg-panel px-4 py-3 text-md"
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Actions>
        <CopyButton text={codes.join('\n')} label="Copy all" />
        <Button tone="solid" onClick={onClose}>
          I have kept them
        </Button>
      </Actions>
    </Dialog>
  )
}
