'use client'

import { formatPrefix } from '@warren/cidr'
import { ChevronsUpDown, Plus, Settings } from 'lucide-react'
import Link from 'next/link'
import { useNetwork, useNetworks } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { to } from '~/features/to.ts'
import { Menu, MenuItem, MenuLabel, MenuLine } from '~/ui/menu.tsx'

/** The network of this page, and the way to the others. */
export function NetworkSwitcher() {
  const { plan } = useNetwork()
  const networks = useNetworks()
  const { whyNotPeople } = useRights()
  const trigger = (
    <button
      type="button"
      aria-label={`Network ${plan.network.name}; choose another`}
      className="flex items-center gap-2 rounded-md border bg-card px-2 py-1 text-left"
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{plan.network.name}</span>
        <span className="mono block truncate text-muted">{formatPrefix(plan.tree.root.prefix)}</span>
      </span>
      <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
    </button>
  )
  return (
    <Menu trigger={trigger} align="start">
      <MenuLabel>Networks</MenuLabel>
      {networks.data?.map((network) => (
        <MenuItem key={network.id} asChild>
          <Link href={to.tree({ network: network.name })}>{network.name}</Link>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem asChild>
        <Link href={to.settings({ network: plan.network.name })}>
          <Settings aria-hidden /> Settings of {plan.network.name}
        </Link>
      </MenuItem>
      {whyNotPeople ? (
        <MenuItem whyNot={whyNotPeople}>New network</MenuItem>
      ) : (
        <MenuItem asChild>
          <Link href={to.newNetwork()}>
            <Plus aria-hidden /> New network
          </Link>
        </MenuItem>
      )}
    </Menu>
  )
}
