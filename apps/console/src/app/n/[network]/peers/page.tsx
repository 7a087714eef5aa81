import type { Metadata } from 'next'
import { PeersPage } from '~/features/peers/peers-page.tsx'

export const metadata: Metadata = { title: 'Peers' }

export default function Page() {
  return <PeersPage />
}
