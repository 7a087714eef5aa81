'use client'

import { clsx } from 'clsx'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from './button.tsx'

/** How long a button says that it has copied, in milliseconds. */
const SAID_MS = 1600

/** A button that copies `text`; says so, also to a screen reader. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, copy] = useCopy(text)
  return (
    <Button size="small" onClick={copy}>
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </Button>
  )
}

/** A value in the fixed-width face that a click copies. `what` names it: address, prefix, key. */
export function CopyText({ text, what, className }: { text: string; what: string; className?: string }) {
  const [copied, copy] = useCopy(text)
  return (
    <span className={clsx('group inline-flex min-w-0 items-center gap-1', className)}>
      <span className="mono truncate" title={text}>
        {text}
      </span>
      <IconButton
        name={copied ? 'Copied' : `Copy ${what}`}
        onClick={copy}
        className="size-5 opacity-0 transition-opacity group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100"
      >
        {copied ? <Check /> : <Copy />}
      </IconButton>
    </span>
  )
}

function useCopy(text: string): [copied: boolean, copy: () => void] {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return [copied, () => void writeClipboard(text).then(setCopied)]
}

/** Puts text on the clipboard and tells whether that worked. */
async function writeClipboard(text: string): Promise<boolean> {
  // Browsers offer navigator.clipboard on secure origins only, and a console on a LAN address is none.
  if (!navigator.clipboard) return copyBySelection(text)
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyBySelection(text),
  )
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('aria-hidden', 'true')
  // Inside an open dialog, whose focus trap would take the focus away again.
  const home = document.querySelector('[role="dialog"]') ?? document.body
  home.append(area)
  const focused = document.activeElement
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
