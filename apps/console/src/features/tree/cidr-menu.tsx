'use client'

import type { CidrNode } from '@warren/cidr'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { DeleteCidrDialog, whyNotDelete } from '~/features/cidrs/delete-cidr-dialog.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuItem, MenuLine } from '~/ui/menu.tsx'
import type { TreeState } from './tree-state.ts'

/** Everything that can be done to a CIDR. */
export function CidrMenu({ node, state, onAddPeer }: { node: CidrNode; state: TreeState; onAddPeer: () => void }) {
  const { plan } = useNetwork()
  const [deleting, setDeleting] = useState(false)
  const trigger = (
    <IconButton name={`Actions for ${node.name}`}>
      <Ellipsis />
    </IconButton>
  )
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem onSelect={onAddPeer}>Add peer</MenuItem>
        <MenuItem onSelect={() => state.act({ kind: 'add' })}>Add CIDR inside</MenuItem>
        <MenuItem onSelect={() => state.act({ kind: 'associate', other: null })}>Associate with…</MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => state.act({ kind: 'edit' })}>Rename or resize</MenuItem>
        <MenuItem onSelect={() => state.act({ kind: 'isolate' })}>
          {node.isolated ? 'End isolation' : 'Isolate'}
        </MenuItem>
        <MenuLine />
        <MenuItem danger whyNot={whyNotDelete(plan, node.id)} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      <DeleteCidrDialog node={node} open={deleting} onClose={() => setDeleting(false)} />
    </>
  )
}
