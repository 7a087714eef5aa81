'use client'

import { CreatePeer } from '@warren/protocol'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type * as z from 'zod'
import { handoutOf } from '~/features/invitations/handout.ts'
import { HandoutDialog, type Invited } from '~/features/invitations/handout-dialog.tsx'
import { makeKeyPair } from '~/features/invitations/key-pair.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { placeRefusal } from '~/trpc/refusal.ts'
import { Dialog } from '~/ui/dialog.tsx'
import { zodResolver } from '~/ui/zod-resolver.ts'
import { AddPeerFields } from './add-peer-fields.tsx'
import { addressFaults, nextFreeAddress, nextFreeAddress6 } from './address.ts'
import { usePeerChanges } from './use-peer-changes.ts'

/** What the form holds. Without an address it asks for the next free one. */
export type AddPeerValues = {
  networkId: number
  cidrId: number
  name: string
  address?: string | undefined
  /** The same, where the CIDR has an IPv6 prefix beside its IPv4 one. */
  address6?: string | undefined
  kind: 'agent' | 'device'
  isAdmin: boolean
}

/** What the form sends, without the key: that one is made when it is sent. */
const Draft = CreatePeer.omit({ publicKey: true, listenPort: true })
export type DraftPeer = z.infer<typeof Draft>

/** Adds a peer, then shows its invitation. */
export function AddPeerDialog({ cidrId, onClose }: { cidrId: number; onClose: () => void }) {
  const [invited, setInvited] = useState<Invited | null>(null)
  if (invited) return <HandoutDialog invited={invited} onClose={onClose} />
  return (
    <Dialog open onClose={onClose} title="Add peer" description="It gets an address and an invitation that works once.">
      <AddPeerForm cidrId={cidrId} onClose={onClose} onInvited={setInvited} />
    </Dialog>
  )
}

type FormProps = { cidrId: number; onClose: () => void; onInvited: (invited: Invited) => void }

function AddPeerForm({ cidrId, onClose, onInvited }: FormProps) {
  const { plan } = useNetwork()
  const { create, networkId } = usePeerChanges()
  const form = useForm<AddPeerValues, unknown, DraftPeer>({
    mode: 'onChange',
    resolver: zodResolver(Draft, (values) => addressFaults(plan, values.cidrId, values)),
    defaultValues: {
      networkId,
      cidrId,
      name: '',
      address: nextFreeAddress(plan, cidrId) ?? undefined,
      address6: nextFreeAddress6(plan, cidrId) ?? undefined,
      kind: 'agent',
      isAdmin: false,
    },
  })
  const submit = form.handleSubmit(async ({ address, address6, ...input }) => {
    const { privateKey, publicKey } = makeKeyPair()
    // An address that was only suggested is left to the server: someone else may take it meanwhile.
    const chosen = !address || address === nextFreeAddress(plan, input.cidrId) ? {} : { address }
    const chosen6 = !address6 || address6 === nextFreeAddress6(plan, input.cidrId) ? {} : { address6 }
    const isAdmin = input.kind === 'agent' && input.isAdmin
    await create.mutateAsync({ ...input, ...chosen, ...chosen6, isAdmin, publicKey }).then(
      ({ peer, join }) => {
        const handout = handoutOf(input.kind, join, privateKey)
        onInvited({ peerId: peer.id, name: peer.name, expiresAt: join.expiresAt, handout })
      },
      (error: unknown) => placeRefusal(form, error),
    )
  })
  return <AddPeerFields form={form} onSubmit={() => void submit()} onCancel={onClose} />
}
