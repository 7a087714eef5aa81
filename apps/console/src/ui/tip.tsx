'use client'

import { Tooltip } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

/** A tooltip on its only child, which has to be focusable. Wrap the app in `TipProvider` once. */
export function Tip({
  text,
  children,
  side = 'bottom',
}: {
  text: ReactNode
  children: ReactElement
  side?: 'bottom' | 'left' | 'right' | 'top'
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-md bg-solid px-2 py-1 text-sm text-on-solid shadow-float"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

/** How long a pointer rests before a tooltip opens, in milliseconds. */
const DELAY_MS = 350

export function TipProvider({ children }: { children: ReactNode }) {
  return <Tooltip.Provider delayDuration={DELAY_MS}>{children}</Tooltip.Provider>
}
