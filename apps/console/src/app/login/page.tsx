import type { Metadata } from 'next'
import { LoginPage } from '~/features/session/login-page.tsx'

export const metadata: Metadata = { title: 'Sign in' }

type Query = { from?: string | string[]; error?: string | string[] }

export default async function Page({ searchParams }: { searchParams: Promise<Query> }) {
  const { from, error } = await searchParams
  return <LoginPage from={typeof from === 'string' ? from : null} fault={typeof error === 'string' ? error : null} />
}
