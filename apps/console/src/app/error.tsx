'use client'

import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main className="grid h-dvh place-items-center">
      <Empty title="This page broke" action={<Button onClick={reset}>Try again</Button>}>
        Nothing was changed. If it happens again, reload the page.
      </Empty>
    </main>
  )
}
