'use client'

import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { AlertDialog, Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import { focusItself } from './focus-itself.ts'

const veil = 'fixed inset-0 z-40 bg-black/40 data-[state=open]:animate-in data-[state=open]:fade-in-0'
const middle =
  'fixed left-1/2 top-1/2 z-40 flex max-h-[calc(100dvh-1.5rem)] w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border bg-ground shadow-float outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0'

type DialogProps = {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children: ReactNode
  wide?: boolean
  /** Keep it open on a click outside or Escape: for what is shown only once. */
  sticky?: boolean
}

/** A window over the page. Focus stays in it and goes back to where it came from. */
export function Dialog({ open, onClose, title, description, children, wide, sticky }: DialogProps) {
  const hold = (event: Event) => sticky && event.preventDefault()
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={veil} />
        <Radix.Content
          onPointerDownOutside={hold}
          onEscapeKeyDown={hold}
          onOpenAutoFocus={focusItself}
          className={clsx(middle, wide ? 'max-w-2xl' : 'max-w-md')}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-2 border-b py-3 pr-2 pl-4">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-md font-medium">{title}</Radix.Title>
              {description && <Radix.Description className="text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton name="Close">
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The buttons at the end of a dialog or a form, the main one last in order and first in sight. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="mt-4 flex flex-wrap justify-end gap-2">{children}</div>
}

type ConfirmProps = {
  open: boolean
  onClose: () => void
  title: string
  /** What will be lost, named. */
  children: ReactNode
  action: string
  onConfirm: () => void
  busy?: boolean
  error?: ReactNode
}

/** A question before something is lost. The way out is focused first. */
export function Confirm({ open, onClose, title, children, action, onConfirm, busy, error }: ConfirmProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={veil} />
        <AlertDialog.Content className={clsx(middle, 'max-w-md p-4')}>
          <AlertDialog.Title className="text-md font-medium">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 grid gap-2 overflow-y-auto">{children}</div>
          </AlertDialog.Description>
          {error && (
            <p role="alert" className="mt-2 text-danger">
              {error}
            </p>
          )}
          <Actions>
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <Button tone="danger" onClick={onConfirm} busy={busy ?? false}>
              {action}
            </Button>
          </Actions>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
