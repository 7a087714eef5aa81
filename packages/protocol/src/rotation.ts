import type { PrivateKey, PublicKey, Signature } from './keys.ts'
import { Signature as SignatureText } from './keys.ts'
import type { PeerEntry } from './view.ts'
import { xeddsaSign, xeddsaVerify } from './xeddsa.ts'

/** A new key for a peer. What is signed names network and peer, so that it says nothing anywhere else. */
export type KeyTurn = {
  readonly network: string
  readonly peerId: number
  readonly from: PublicKey
  readonly to: PublicKey
}

/** What the holder of `from` signs: five lines, none of which can hold a line break. */
export const rotationMessage = ({ network, peerId, from, to }: KeyTurn): Buffer =>
  Buffer.from(['warren key rotation v1', network, peerId, from, to].join('\n'))

/** Signs a turn with the private half of `from`. */
export async function signTurn(privateKey: PrivateKey, turn: KeyTurn): Promise<Signature> {
  const signature = await xeddsaSign(Buffer.from(privateKey, 'base64'), rotationMessage(turn))
  return SignatureText.parse(signature.toString('base64'))
}

/** Whether the holder of `from` signed the turn. */
export const isTurnSigned = (turn: KeyTurn, signature: string): boolean =>
  xeddsaVerify(Buffer.from(turn.from, 'base64'), rotationMessage(turn), Buffer.from(signature, 'base64'))

/**
 * Why a peer's key does not follow from the one that is known of it, one sentence; null when it is that one, or when each
 * key from it on signed the next.
 */
export function chainProblem(
  network: string,
  known: PublicKey,
  { id, key, was = [] }: Pick<PeerEntry, 'id' | 'key' | 'was'>,
): string | null {
  if (key === known) return null
  const start = was.findLastIndex(({ from }) => from === known)
  if (start < 0) return 'None of the keys that it follows is the one known here.'
  const links = was.slice(start)
  const forged = links.find(({ from, signature }, at) => {
    const turn = { network, peerId: id, from, to: links[at + 1]?.from ?? key }
    return !isTurnSigned(turn, signature)
  })
  return forged ? `The signature of the key ${forged.from} is not its own.` : null
}
