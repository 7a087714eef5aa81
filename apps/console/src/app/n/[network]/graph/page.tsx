import type { Metadata } from 'next'
import { GraphPage } from '~/features/graph/graph-page.tsx'

export const metadata: Metadata = { title: 'Graph' }

export default function Page() {
  return <GraphPage />
}
