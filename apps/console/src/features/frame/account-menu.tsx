'use client'

import { LogOut, Settings2 } from 'lucide-react'
import { signOut } from 'next-auth/react'
import { useTheme } from 'next-themes'
import { to } from '~/features/to.ts'
import { IconButton } from '~/ui/button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '~/ui/menu.tsx'

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
] as const
type Theme = (typeof themes)[number]['value']

/** What concerns the person, not the network: colours, and the way out. */
export function AccountMenu() {
  const { theme, setTheme } = useTheme()
  const trigger = (
    <IconButton name="Appearance and account">
      <Settings2 />
    </IconButton>
  )
  return (
    <Menu trigger={trigger} align="end">
      <MenuChoice<Theme> label="Appearance" value={(theme ?? 'system') as Theme} onChange={setTheme} choices={themes} />
      <MenuLine />
      <MenuItem onSelect={() => void signOut({ callbackUrl: to.login() })}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
