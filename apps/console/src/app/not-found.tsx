'use client'

import Link from 'next/link'
import { to } from '~/features/to.ts'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'

export default function NotFound() {
  return (
    <main className="grid h-dvh place-items-center">
      <Empty
        title="There is no such page"
        action={
          <Button asChild>
            <Link href={to.home()}>To your networks</Link>
          </Button>
        }
      >
        The address may be mistyped.
      </Empty>
    </main>
  )
}
