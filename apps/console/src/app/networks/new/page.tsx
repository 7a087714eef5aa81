import type { Metadata } from 'next'
import { NewNetworkPage } from '~/features/network/new-network-page.tsx'

export const metadata: Metadata = { title: 'New network' }

export default function Page() {
  return <NewNetworkPage />
}
