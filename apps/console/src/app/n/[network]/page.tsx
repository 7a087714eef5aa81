import { redirect } from 'next/navigation'
import { to } from '~/features/to.ts'

export default async function Page({ params }: { params: Promise<{ network: string }> }) {
  redirect(to.tree({ network: (await params).network }))
}
