'use client'

import {
  type AssociationRow,
  type PeerRow,
  type Role,
  type Standing,
  whyNotAdminPeer,
  whyNotAssociation,
  whyNotChange,
  whyNotCidr,
  whyNotInside,
  whyNotNetwork,
  whyNotPeer,
  whyNotPeople,
} from '@warren/protocol'
import { useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Plan } from '~/features/network/plan.ts'
import { useMe } from './me.ts'

/**
 * What the person on this page may do in its network: each `whyNot…` is null for "may", else the sentence that a disabled
 * button shows. The server holds every change against the same rules; here they only save a refusal.
 */
export type Rights = {
  /** Undefined until it is known. */
  readonly role: Role | undefined
  /** For what changes anything at all. */
  readonly whyNot: string | null
  /** For the network's settings. */
  readonly whyNotNetwork: string | null
  /** For people, and for making networks. */
  readonly whyNotPeople: string | null
  /** For making a peer an admin over the mesh. */
  readonly whyNotAdminPeer: string | null
  /** For renaming, resizing, isolating or deleting a CIDR. */
  whyNotCidr(id: number): string | null
  /** For adding CIDRs or peers to a CIDR, moving peers there, splitting it, and associating it. */
  whyNotInside(id: number): string | null
  /** For everything that is done to a peer or its invitations. */
  whyNotPeer(peer: PeerOrId): string | null
  whyNotAssociation(pair: Pick<AssociationRow, 'a' | 'b'>): string | null
  readonly mayEditNetwork: boolean
  readonly mayManagePeople: boolean
  mayEditCidr(id: number): boolean
  mayAddTo(id: number): boolean
  mayEditPeer(peer: PeerOrId): boolean
}

/** A peer's row, or the id of a live one. */
type PeerOrId = Omit<PeerRow, 'publicKey'> | number

/** The rights of who is signed in, in the network of the page. Only inside `NetworkProvider`. */
export function useRights(): Rights {
  const { plan } = useNetwork()
  const me = useMe()
  return useMemo(() => rightsIn(plan, me ?? undefined), [plan, me])
}

/** Nobody is held up while it is not known yet who they are: the server is asked anyway. */
const UNKNOWN: Standing = { role: 'owner', subtree: null }

export function rightsIn(
  { network, tree, member }: Pick<Plan, 'network' | 'tree' | 'member'>,
  me: Standing | undefined,
): Rights {
  const standing = me ?? UNKNOWN
  const ground = { networkId: network.id, tree }
  const cidr = (id: number) => whyNotCidr(standing, ground, id)
  const inside = (id: number) => whyNotInside(standing, ground, id)
  const peer = (given: PeerOrId) => {
    const row = typeof given === 'number' ? member(given) : given
    return row ? whyNotPeer(standing, ground, row) : 'There is no such peer any more.'
  }
  return {
    role: me?.role,
    whyNot: whyNotChange(standing),
    whyNotNetwork: whyNotNetwork(standing),
    whyNotPeople: whyNotPeople(standing),
    whyNotAdminPeer: whyNotAdminPeer(standing),
    whyNotCidr: cidr,
    whyNotInside: inside,
    whyNotPeer: peer,
    whyNotAssociation: (pair) => whyNotAssociation(standing, ground, pair),
    mayEditNetwork: whyNotNetwork(standing) === null,
    mayManagePeople: whyNotPeople(standing) === null,
    mayEditCidr: (id) => cidr(id) === null,
    mayAddTo: (id) => inside(id) === null,
    mayEditPeer: (row) => peer(row) === null,
  }
}
