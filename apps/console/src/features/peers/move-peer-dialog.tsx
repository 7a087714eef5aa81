'use client'

import { useState } from 'react'
import { MovePeerForm } from '~/features/cidrs/move-peer-form.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { Dialog } from '~/ui/dialog.tsx'

/** Moves a peer to another CIDR, `to` at first, where it gets a new address; shows first what that opens and cuts. */
export function MovePeerDialog({ peer, to, onClose }: { peer: Member; to?: number; onClose: () => void }) {
  const { plan } = useNetwork()
  const [chosen, choose] = useState<number | null>(to ?? null)
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Move ${peer.name}`}
      description={`It is ${peer.address} in ${plan.tree.get(peer.cidrId)?.name} now.`}
    >
      <MovePeerForm peer={peer} to={chosen} onChoose={choose} onDone={onClose} />
    </Dialog>
  )
}
