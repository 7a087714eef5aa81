'use client'

import type { CidrNode } from '@warren/cidr'
import { Ellipsis } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { whyNotDelete, whyNotIpv6, whyNotSplit } from '~/features/cidrs/why-not.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { NewKeysDialog } from '~/features/peers/dialogs.ts'
import { useRights } from '~/features/session/rights.tsx'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '~/ui/menu.tsx'
import type { TreeState } from './tree-state.ts'

// Loaded when it is first opened: it brings the reckoning of effects with it.
const DeleteCidrDialog = dynamic(() =>
  import('~/features/cidrs/delete-cidr-dialog.tsx').then((module) => module.DeleteCidrDialog),
)

/** Everything that can be done to a CIDR. What cannot be done says why. */
export function CidrMenu({ node, state, onAddPeer }: { node: CidrNode; state: TreeState; onAddPeer: () => void }) {
  const { plan } = useNetwork()
  const rights = useRights()
  const [deleting, setDeleting] = useState(false)
  const [renewing, setRenewing] = useState(false)
  const inside = rights.whyNotInside(node.id)
  const itself = rights.whyNotCidr(node.id)
  const childless = plan.tree.children(node.id).length === 0 ? `${node.name} holds no CIDRs to go around` : null
  const trigger = (
    <IconButton name={`Actions for ${node.name}`}>
      <Ellipsis />
    </IconButton>
  )
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem whyNot={inside} onSelect={onAddPeer}>
          Add peer
        </MenuItem>
        <MenuItem whyNot={inside} onSelect={() => state.act({ kind: 'add', at: null })}>
          Add CIDR inside
        </MenuItem>
        <MenuItem whyNot={inside ?? childless} onSelect={() => state.act({ kind: 'insert' })}>
          Insert CIDR around children
        </MenuItem>
        <MenuItem whyNot={inside ?? whyNotSplit(plan, node)} onSelect={() => state.act({ kind: 'split' })}>
          Split into equal CIDRs
        </MenuItem>
        <MenuItem whyNot={inside} onSelect={() => state.act({ kind: 'associate', other: null })}>
          Associate with…
        </MenuItem>
        <MenuItem whyNot={inside} onSelect={() => setRenewing(true)}>
          Ask for new keys
        </MenuItem>
        <MenuLine />
        <MenuItem whyNot={itself} onSelect={() => state.act({ kind: 'rename' })}>
          Rename
        </MenuItem>
        <MenuItem whyNot={itself} onSelect={() => state.act({ kind: 'resize' })}>
          Grow or shrink
        </MenuItem>
        <MenuItem whyNot={itself ?? whyNotIpv6(plan, node)} onSelect={() => state.act({ kind: 'ipv6' })}>
          {plan.plans.second?.get(node.id) ? 'IPv6 prefix' : 'Add IPv6'}
        </MenuItem>
        <MenuItem whyNot={itself} onSelect={() => state.act({ kind: 'isolate' })}>
          {node.isolated ? 'End isolation' : 'Isolate'}
        </MenuItem>
        <MenuLine />
        <MenuItem danger whyNot={itself ?? whyNotDelete(plan, node.id)} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      {renewing && (
        <NewKeysDialog peers={plan.membersWithin(node.id)} cidrId={node.id} onClose={() => setRenewing(false)} />
      )}
      {deleting && <DeleteCidrDialog node={node} open onClose={() => setDeleting(false)} />}
    </>
  )
}
