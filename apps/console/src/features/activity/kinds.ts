import type { ChangeKind } from '@warren/protocol'

/** Kinds of changes as people look for them. */
export const kindGroups = {
  tree: {
    label: 'Tree',
    kinds: [
      'cidr.created',
      'cidr.edited',
      'cidr.deleted',
      'cidr.split',
      'cidr.ipv6-added',
      'cidr.ipv6-removed',
      'address.released',
    ],
  },
  access: { label: 'Access', kinds: ['association.created', 'association.deleted'] },
  peers: {
    label: 'Peers',
    kinds: [
      'peer.created',
      'peer.renamed',
      'peer.moved',
      'peer.edited',
      'peer.disabled',
      'peer.enabled',
      'peer.deleted',
      'peers.disabled',
      'peers.enabled',
      'peers.moved',
      'peers.deleted',
    ],
  },
  joining: {
    label: 'Joining and keys',
    kinds: [
      'peer.redeemed',
      'peer.key-rotated',
      'peers.rotation-asked',
      'peers.invited',
      'invitation.created',
      'invitation.revoked',
      'hub.key-set',
    ],
  },
  network: { label: 'Network', kinds: ['network.created', 'network.edited'] },
  back: { label: 'Taken back', kinds: ['change.undone', 'change.reverted'] },
} as const satisfies Record<string, { label: string; kinds: readonly ChangeKind[] }>

export type KindGroup = keyof typeof kindGroups

export const isKindGroup = (text: string): text is KindGroup => Object.hasOwn(kindGroups, text)
