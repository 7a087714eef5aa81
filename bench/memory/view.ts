import { createHash } from 'node:crypto'
import { type CidrEntry, type PeerEntry, PublicKey, type SelfEntry } from '@warren/protocol'

/** Where everybody of the bench is: the console answers on the hub's address, which the node under test has itself. */
export const HUB_ADDRESS = '10.42.0.1'
export const PORT = 51820
const FIRST_ID = 100

/** Any 32 bytes are a public key. The same name gives the same key in every process. */
export const keyOf = (name: string): PublicKey => PublicKey.parse(createHash('sha256').update(name).digest('base64'))

export const CIDRS: CidrEntry[] = [
  { id: 1, name: 'acme', prefix: '10.42.0.0/16', parent: null },
  { id: 2, name: 'infra', prefix: '10.42.0.0/24', parent: 1 },
  { id: 3, name: 'humans', prefix: '10.42.16.0/20', parent: 1 },
]

export const HUB: PeerEntry = {
  id: 1,
  name: 'hub',
  cidr: 2,
  key: keyOf('hub'),
  ip: HUB_ADDRESS,
  at: [`203.0.113.10:${PORT}`],
  hub: true,
}

export const selfOf = (key: PublicKey): SelfEntry => ({
  id: 7,
  name: 'node',
  cidr: 3,
  ip: '10.42.16.7',
  key,
  network: { name: 'acme', interface: 'acme', prefix: '10.42.0.0/16', keepaliveS: 25 },
})

/** Peer number `n` as it is in its `generation`: another key and other endpoints each time. Nobody answers there. */
export const member = (n: number, generation: number): PeerEntry => ({
  id: FIRST_ID + n,
  name: `member-${n}`,
  cidr: 3,
  key: keyOf(`member ${n} ${generation}`),
  ip: `10.42.${17 + Math.floor(n / 250)}.${1 + (n % 250)}`,
  at: [`203.0.113.${50 + (n % 150)}:${20_000 + ((n * 7 + generation) % 40_000)}`, `192.168.7.${1 + (n % 250)}:40000`],
})
