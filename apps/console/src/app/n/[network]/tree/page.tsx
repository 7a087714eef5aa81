import type { Metadata } from 'next'
import { TreePage } from '~/features/tree/tree-page.tsx'

export const metadata: Metadata = { title: 'Tree' }

export default function Page() {
  return <TreePage />
}
