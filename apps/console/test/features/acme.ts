import { type CidrRow, type InvitationRow, type PeerRow, usualNetwork, usualPeer } from '@warren/protocol'
import { type Plan, planOf, type Snapshot } from '~/features/network/plan.ts'
import type { PeerStatus } from '~/features/network/presence.ts'

/** The moment at which the tests look. */
export const NOW = Date.parse('2026-03-01T12:00:00.000Z')
export const ago = (ms: number): string => new Date(NOW - ms).toISOString()

const cidr = (id: number, parentId: number | null, name: string, prefix: string, isolated = false): CidrRow => {
  return { id, parentId, name, prefix, prefix6: null, isolated }
}

export function peerRow(id: number, cidrId: number, name: string, address: string): PeerRow {
  return {
    id,
    cidrId,
    name,
    address,
    kind: name === 'hub' ? 'hub' : 'agent',
    publicKey: 'k',
    enabled: true,
    isAdmin: false,
    listenPort: null,
    endpointOverride: null,
    redeemedAt: ago(1e9),
    deletedAt: null,
    ...usualPeer,
  }
}

/** The network of the README: people (eng, guests), prod (db), isolated cams; six peers and a hub. */
export function snapshot(): Snapshot {
  return {
    network: {
      id: 1,
      name: 'acme',
      interface: 'acme',
      endpoint: '203.0.113.7:51820',
      listenPort: 51820,
      apiPort: 51820,
      invitationHours: 168,
      keepaliveS: 25,
      ...usualNetwork,
    },
    revision: 7,
    cidrs: [
      cidr(1, null, 'acme', '10.42.0.0/16'),
      cidr(2, 1, 'infra', '10.42.0.0/24'),
      cidr(3, 1, 'people', '10.42.16.0/20'),
      cidr(4, 3, 'eng', '10.42.16.0/24'),
      cidr(5, 3, 'guests', '10.42.17.0/24'),
      cidr(6, 1, 'prod', '10.42.32.0/20'),
      cidr(7, 6, 'db', '10.42.32.0/24'),
      cidr(8, 1, 'cams', '10.42.64.0/24', true),
    ],
    peers: [
      peerRow(1, 2, 'hub', '10.42.0.1'),
      peerRow(2, 4, 'ana', '10.42.16.1'),
      peerRow(3, 4, 'build-7', '10.42.16.2'),
      peerRow(4, 5, 'zoe', '10.42.17.1'),
      peerRow(5, 7, 'db-1', '10.42.32.1'),
      peerRow(6, 8, 'cam-1', '10.42.64.1'),
      peerRow(7, 8, 'cam-2', '10.42.64.2'),
    ],
    associations: [
      { id: 1, a: 1, b: 2 },
      { id: 2, a: 4, b: 6 },
      { id: 3, a: 3, b: 8 },
    ],
    invitations: [],
  }
}

export const acme = (patch: Partial<Snapshot> = {}): Plan => planOf({ ...snapshot(), ...patch })

export const invitation = (patch: Partial<InvitationRow> = {}): InvitationRow => ({
  id: 1,
  peerId: 2,
  temporaryKey: 'k',
  createdAt: ago(1000),
  expiresAt: ago(-3_600_000),
  redeemedAt: null,
  revokedAt: null,
  ...patch,
})

export const status = (peerId: number, patch: Partial<PeerStatus> = {}): PeerStatus => ({
  peerId,
  online: true,
  seenAt: ago(1000),
  endpoint: null,
  handshakeAt: ago(5000),
  rx: 0,
  tx: 0,
  appliedRevision: 7,
  appliedAt: ago(1000),
  current: true,
  version: '0.1.0',
  candidates: [],
  fault: null,
  ...patch,
})
