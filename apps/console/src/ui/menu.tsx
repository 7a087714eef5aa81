'use client'

import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

type MenuProps = { trigger: ReactElement; children: ReactNode; align?: 'start' | 'end'; side?: 'top' | 'bottom' }

/** A menu that opens from `trigger`, a button. It stays where that is, so that it belongs to the same part of the page. */
export function Menu({ trigger, children, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Content
        align={align}
        side={side}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border bg-card p-1 shadow-float"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  )
}

const row =
  'flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 outline-none select-none data-disabled:cursor-default data-disabled:text-muted data-highlighted:bg-panel [&_svg]:size-3.5 [&_svg]:shrink-0'

type ItemProps = {
  children: ReactNode
  onSelect?: () => void
  danger?: boolean
  /** Why it cannot be chosen; stands below its name. */
  whyNot?: string | null
  /** Renders the only child, a link. */
  asChild?: boolean
}

export function MenuItem({ children, onSelect, danger, whyNot, asChild }: ItemProps) {
  return (
    <DropdownMenu.Item
      {...(onSelect ? { onSelect } : {})}
      disabled={Boolean(whyNot)}
      asChild={asChild ?? false}
      className={clsx(row, danger && 'text-danger')}
    >
      {whyNot ? (
        <span className="grid max-w-56">
          <span>{children}</span>
          <span className="text-sm text-muted">{whyNot}</span>
        </span>
      ) : (
        children
      )}
    </DropdownMenu.Item>
  )
}

type ChoiceProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: ReactNode }[]
}

/** One of several, the current one marked. */
export function MenuChoice<T extends string>({ label, value, onChange, choices }: ChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={(next) => onChange(next as T)}>
      <DropdownMenu.Label className="px-2 py-1 text-sm text-muted">{label}</DropdownMenu.Label>
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={row}>
          <span className="flex-1">{choice.label}</span>
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

type CheckProps = { children: ReactNode; checked: boolean; onChange: () => void; whyNot?: string | null }

/** One of several that can each be on or off. The menu stays open, for the next one. */
export function MenuCheck({ children, checked, onChange, whyNot }: CheckProps) {
  return (
    <DropdownMenu.CheckboxItem
      checked={checked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      disabled={Boolean(whyNot)}
      className={row}
    >
      <span className="flex-1">{children}</span>
      {whyNot && <span className="text-sm text-muted">{whyNot}</span>}
      <DropdownMenu.ItemIndicator>
        <Check aria-hidden />
      </DropdownMenu.ItemIndicator>
    </DropdownMenu.CheckboxItem>
  )
}

export function MenuLine() {
  return <DropdownMenu.Separator className="-mx-1 my-1 border-t" />
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 py-1 text-sm text-muted">{children}</DropdownMenu.Label>
}
