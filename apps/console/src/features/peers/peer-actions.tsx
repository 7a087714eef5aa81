'use client'

import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button, IconButton } from '~/ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '~/ui/menu.tsx'
import { useToast } from '~/ui/toast.tsx'
import { DeletePeerDialog } from './delete-peer-dialog.tsx'
import { EndpointDialog, NewKeysDialog, PollingDialog, ReinviteDialog, RenamePeerDialog } from './dialogs.ts'
import { EnableDialog } from './enable-dialog.tsx'
import { MovePeerDialog } from './move-peer-dialog.tsx'
import { usePeerChanges } from './use-peer-changes.ts'

const dialogs = {
  rename: RenamePeerDialog,
  move: MovePeerDialog,
  enable: EnableDialog,
  reinvite: ReinviteDialog,
  newKey: NewKeyDialog,
  endpoint: EndpointDialog,
  polling: PollingDialog,
  delete: DeletePeerDialog,
}

function NewKeyDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  return <NewKeysDialog peers={[peer]} onClose={onClose} />
}

/** Everything that can be done to a peer. What cannot says why. */
export function PeerActions({ peer }: { peer: Member }) {
  const [asked, ask] = useState<keyof typeof dialogs | null>(null)
  const toggleAdmin = useToggleAdmin(peer)
  const { whyNotPeer, whyNotAdminPeer } = useRights()
  const mayNot = whyNotPeer(peer)
  const hub = peer.kind === 'hub'
  const Asked = asked && dialogs[asked]
  const trigger = (
    <IconButton name={`Actions for ${peer.name}`}>
      <Ellipsis />
    </IconButton>
  )
  return (
    <>
      <Button onClick={() => ask('rename')} whyNot={mayNot} className="max-nav:hidden">
        Rename
      </Button>
      <Button
        onClick={() => ask('enable')}
        whyNot={mayNot ?? (hub ? 'A hub cannot be disabled' : null)}
        className="max-nav:hidden"
      >
        {peer.enabled ? 'Disable' : 'Enable'}
      </Button>
      <Menu trigger={trigger}>
        <MenuItem onSelect={() => ask('rename')} whyNot={mayNot}>
          Rename
        </MenuItem>
        <MenuItem onSelect={() => ask('move')} whyNot={mayNot ?? (hub ? 'A hub stays where it is' : null)}>
          Move to another CIDR
        </MenuItem>
        <MenuItem onSelect={() => ask('enable')} whyNot={mayNot ?? (hub ? 'A hub cannot be disabled' : null)}>
          {peer.enabled ? 'Disable' : 'Enable'}
        </MenuItem>
        <MenuItem onSelect={() => ask('reinvite')} whyNot={mayNot ?? whyNotReinvite(peer)}>
          {peer.kind === 'device' ? 'New configuration' : 'Re-invite'}
        </MenuItem>
        <MenuItem onSelect={() => ask('newKey')} whyNot={mayNot ?? whyNotNewKey(peer)}>
          Ask for a new key
        </MenuItem>
        <MenuItem onSelect={() => ask('endpoint')} whyNot={mayNot}>
          Set endpoint by hand
        </MenuItem>
        <MenuItem
          onSelect={() => ask('polling')}
          whyNot={mayNot ?? (peer.kind === 'agent' ? null : 'It runs no agent of its own')}
        >
          Set how it polls
        </MenuItem>
        <MenuItem
          onSelect={toggleAdmin}
          whyNot={mayNot ?? (peer.kind === 'agent' ? whyNotAdminPeer : 'It runs no agent of its own')}
        >
          {peer.isAdmin ? 'Take admin rights away' : 'Make admin over the mesh'}
        </MenuItem>
        <MenuLine />
        <MenuItem danger onSelect={() => ask('delete')} whyNot={mayNot ?? (hub ? 'A hub cannot be deleted' : null)}>
          Delete
        </MenuItem>
      </Menu>
      {Asked && <Asked peer={peer} onClose={() => ask(null)} />}
    </>
  )
}

const whyNotNewKey = (peer: Member): string | null => {
  if (peer.kind !== 'agent') return 'It runs no agent of its own'
  if (peer.redeemedAt === null) return 'It has no key until it joins'
  return peer.rotateAskedAt === null ? null : 'It was asked already'
}

const whyNotReinvite = (peer: Member): string | null => {
  if (peer.kind === 'hub') return 'A hub needs no invitation'
  return peer.enabled ? null : 'It is disabled; enable it first'
}

function useToggleAdmin(peer: Member): () => void {
  const { edit, networkId } = usePeerChanges()
  const say = useToast()
  return () =>
    edit.mutate(
      { networkId, peerId: peer.id, isAdmin: !peer.isAdmin },
      // The menu that caused it is closed by now, so there is nothing to stand beside.
      { onError: (error) => say(sentenceOf(error)) },
    )
}
