'use client'

import { LogOut, Settings2, User, Users } from 'lucide-react'
import Link from 'next/link'
import { signOut } from 'next-auth/react'
import { useTheme } from 'next-themes'
import { useMe } from '~/features/session/me.ts'
import { to } from '~/features/to.ts'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '~/ui/menu.tsx'

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
] as const
type Theme = (typeof themes)[number]['value']

/** What concerns the person, not the network: the account, colours, and the way out. */
export function AccountMenu() {
  const { theme, setTheme } = useTheme()
  const me = useMe()
  const trigger = (
    <IconButton name="Appearance and account">
      <Settings2 />
    </IconButton>
  )
  return (
    <Menu trigger={trigger} align="end">
      {me && <MenuLabel>{me.name}</MenuLabel>}
      <MenuItem asChild>
        <Link href={to.account()}>
          <User aria-hidden /> Your account
        </Link>
      </MenuItem>
      {me?.role === 'owner' && (
        <MenuItem asChild>
          <Link href={to.people()}>
            <Users aria-hidden /> People
          </Link>
        </MenuItem>
      )}
      <MenuLine />
      <MenuChoice<Theme> label="Appearance" value={(theme ?? 'system') as Theme} onChange={setTheme} choices={themes} />
      <MenuLine />
      <MenuItem onSelect={() => void signOut({ callbackUrl: to.login() })}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
