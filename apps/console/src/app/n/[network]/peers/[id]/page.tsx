import type { Metadata } from 'next'
import { PeerPage } from '~/features/peers/peer-page.tsx'

export const metadata: Metadata = { title: 'Peer' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  return <PeerPage id={Number((await params).id)} />
}
