'use client'

import { to } from '~/features/to.ts'
import type { Answers } from '~/trpc/client.ts'
import { exact } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { CopyButton } from '~/ui/copy.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'

export type Link = Answers['people']['makeLink']

/** The link that lets a person set a password, shown once. Its token stands behind the #, which browsers send to nobody. */
export function LinkDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const url = `${window.location.origin}${to.welcome()}#token=${link.token}`
  return (
    <Dialog
      open
      sticky
      onClose={onClose}
      title={`Link for ${link.name}`}
      description={`Works once, until ${exact(link.expiresAt)}. It is shown only now.`}
    >
      <code data-testid="link" className="mono block rounded-lg bg-panel px-3 py-2 break-all">
        {url}
      </code>
      <p className="mt-3 text-muted">Whoever opens it becomes {link.name}: pass it on by a way that only they read.</p>
      <Actions>
        <CopyButton text={url} label="Copy link" />
        <Button tone="solid" onClick={onClose}>
          Done
        </Button>
      </Actions>
    </Dialog>
  )
}
