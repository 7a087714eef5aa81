'use client'

import type { Member } from '~/features/network/plan.ts'
import { Ago } from '~/ui/ago.tsx'
import { CopyText } from '~/ui/copy.tsx'
import { Fact } from '~/ui/facts.tsx'

/** A peer's key: how old it is, which ones it follows, and whether another one was asked for. */
export function PeerKeyFacts({ peer }: { peer: Member }) {
  return (
    <>
      <Fact name="Public key">
        {peer.publicKey ? (
          <CopyText text={peer.publicKey} what="public key" className="max-w-52" />
        ) : (
          'none until it joins'
        )}
      </Fact>
      {peer.publicKey && peer.keySince && (
        <Fact name="Key since">
          <Ago at={peer.keySince} />
        </Fact>
      )}
      {peer.rotateAskedAt && (
        <Fact name="New key">
          <span className="text-relayed-ink">
            asked <Ago at={peer.rotateAskedAt} />, waiting for it
          </span>
        </Fact>
      )}
      {peer.rotations.length > 0 && (
        <Fact name="Former keys">
          <ul aria-label="Former keys, the latest first" className="grid gap-0.5">
            {peer.rotations.toReversed().map(({ from }) => (
              <li key={from} title="It signed the key after it">
                <CopyText text={from} what="former key" className="max-w-52" />
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </>
  )
}
