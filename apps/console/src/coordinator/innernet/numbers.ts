import { Refusal } from '@warren/protocol'

/**
 * innernet's clients have some ids built in: CIDR 1 is the root, CIDR 2 is infra, peer 1 is the server. The others are
 * ours, moved so that they follow. Rows keep their numbers for good, whatever is deleted meanwhile.
 */
export type Numbers = {
  cidr(id: number): number
  peer(id: number): number
  /** Back again. @throws Refusal not-found for a number that stands for no CIDR */
  ourCidr(number: number): number
  /** @throws Refusal not-found */
  ourPeer(number: number): number
}

type Landmarks = { readonly root: number; readonly infra: number; readonly hub: number }

/** The numbering of one network, by the ids of its root, of the CIDR that holds the hub, and of the hub. */
export function numbersOf({ root, infra, hub }: Landmarks): Numbers {
  // Both are made with the network, so every other row of it has a higher id.
  const first = Math.max(root, infra)
  const known = (number: number, from: number): number => {
    if (Number.isSafeInteger(number) && number >= from) return number
    throw new Refusal('not-found', `Nothing here has the number ${number}.`)
  }
  return {
    cidr: (id) => (id === root ? 1 : id === infra ? 2 : id - first + 2),
    ourCidr: (number) => (number === 1 ? root : number === 2 ? infra : known(number, 3) + first - 2),
    peer: (id) => (id === hub ? 1 : id - hub + 1),
    ourPeer: (number) => (number === 1 ? hub : known(number, 2) + hub - 1),
  }
}
