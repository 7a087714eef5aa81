import type { ReactNode } from 'react'
import { NetworkFrame } from '~/features/frame/network-frame.tsx'

type Props = { children: ReactNode; params: Promise<{ network: string }> }

export default async function NetworkLayout({ children, params }: Props) {
  return <NetworkFrame name={decodeURIComponent((await params).network)}>{children}</NetworkFrame>
}
