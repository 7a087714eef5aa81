import type { Metadata } from 'next'
import { LoginPage } from '~/features/session/login-page.tsx'

export const metadata: Metadata = { title: 'Sign in' }

export default async function Page({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) {
  const { from } = await searchParams
  return <LoginPage from={typeof from === 'string' ? from : null} />
}
