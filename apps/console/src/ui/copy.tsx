'use client'

import { clsx } from 'clsx'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'
import { Tip } from './tip.tsx'

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
    <Tip text={copied ? 'Copied' : `Copy ${what}`}>
      <button
        type="button"
        aria-label={`Copy ${what} ${text}`}
        // A click would close the tooltip that says that it worked.
        onPointerDown={(event) => event.preventDefault()}
        onClick={(event) => {
          event.preventDefault()
          copy()
        }}
        className={clsx('inline-flex max-w-full min-w-0 items-center gap-1 rounded-sm hover:text-accent', className)}
      >
        <span className="mono truncate">{text}</span>
        {copied && <Check aria-hidden className="size-3.5 shrink-0 text-online" />}
        <span aria-live="polite" className="sr-only">
          {copied ? 'Copied' : ''}
        </span>
      </button>
    </Tip>
  )
}

/** Copies a text, and tells for a while that it did. */
export function useCopy(text: string): [copied: boolean, copy: () => void] {
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
