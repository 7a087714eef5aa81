'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { to } from '~/features/to.ts'
import { isSignedOut } from '~/trpc/refusal.ts'

/** Goes to the login, and from there back to this page, when the server says that nobody is signed in. */
export function useSignedOutGuard(error: unknown): void {
  const router = useRouter()
  const path = usePathname()
  const out = isSignedOut(error)
  useEffect(() => {
    if (out) router.replace(`${to.login()}?from=${encodeURIComponent(path)}`)
  }, [out, router, path])
}
