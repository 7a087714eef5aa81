'use client'

import { useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { isInnernet } from '~/features/network/presence.ts'
import { useRights } from '~/features/session/rights.tsx'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { FormError } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { Named, Unable } from './many-parts.tsx'
import { type Sorted, sortOut } from './peers-many.ts'
import { usePeerChanges } from './use-peer-changes.ts'

type NewKeysProps = {
  peers: readonly Member[]
  /** All of its peers are meant: more than can be named one by one. */
  cidrId?: number
  onClose: () => void
  onDone?: () => void
}

/** Asks agents to make themselves new keys; says who will, and who cannot. */
export function NewKeysDialog({ peers, cidrId, onClose, onDone = onClose }: NewKeysProps) {
  const { presence } = useNetwork()
  const { askForKeys, networkId } = usePeerChanges()
  const { able, unable } = useSortedForKeys(peers)
  const online = able.filter((peer) => presence.state(peer).online).length
  const whom = cidrId === undefined ? { peerIds: able.map(({ id }) => id) } : { cidrId }
  const verb = `Ask for ${able.length === 1 ? 'a new key' : 'new keys'}`
  const ask = () => askForKeys.mutateAsync({ networkId, ...whom }).then(onDone, () => {})
  return (
    <Dialog open onClose={onClose} title={`Ask ${counted(able.length, 'peer')} for new keys?`}>
      <div className="grid gap-3">
        {able.length > 0 && <Named peers={able} />}
        {able.length > 0 && (
          <p>
            Each makes itself another key and signs it with the present one, so the others know it at once. Tunnels last
            through it. {waiting(able.length, online)}
          </p>
        )}
        <Unable unable={unable} />
        <FormError>{askForKeys.error && sentenceOf(askForKeys.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="solid"
            busy={askForKeys.isPending}
            onClick={ask}
            whyNot={able.length === 0 ? 'It can be done to none of them' : null}
          >
            {verb}
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}

function waiting(all: number, online: number): string {
  if (online === all) return all === 1 ? 'It is online now.' : 'All of them are online now.'
  if (all === 1) return 'It is offline, and will do so when it is back.'
  return `${count(all - online)} of them ${all - online === 1 ? 'is' : 'are'} offline, and will do so when back.`
}

/** As it was when asked: whoever was asked could not be asked again, and the dialog is still there for a moment. */
function useSortedForKeys(peers: readonly Member[]): Sorted {
  const rights = useRights()
  const { presence } = useNetwork()
  const [sorted] = useState(() =>
    sortOut('renew', peers, (peer) =>
      isInnernet(peer, presence.status(peer.id))
        ? 'It runs an innernet client, which cannot change its key.'
        : rights.whyNotPeer(peer),
    ),
  )
  return sorted
}
