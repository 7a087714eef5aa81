'use client'

import { setNonce } from 'get-nonce'
import { ThemeProvider } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { ServerProvider } from '~/trpc/provider.tsx'
import { TipProvider } from '~/ui/tip.tsx'
import { ToastProvider } from '~/ui/toast.tsx'

/** What every page stands on. `nonce` is the one that the Content-Security-Policy of this page names. */
export function Providers({ nonce, children }: { nonce: string; children: ReactNode }) {
  // Dialogs lock scrolling with a style element, which the policy lets in by its nonce only.
  useState(() => setNonce(nonce))
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange nonce={nonce}>
      <ServerProvider>
        <TipProvider>
          <ToastProvider>{children}</ToastProvider>
        </TipProvider>
      </ServerProvider>
    </ThemeProvider>
  )
}
