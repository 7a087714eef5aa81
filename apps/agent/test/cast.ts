import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CidrEntry, GroupView, PeerEntry, PrivateKey, PublicKey, SelfEntry } from '@warren/protocol'
import { PeerSecret, viewState } from '@warren/protocol'
import { digestText, viewDigest } from '@warren/protocol/digest'
import type { Env } from '../src/env.ts'
import type { View } from '../src/plan/answer.ts'
import type { JoinedConfig } from '../src/state/config.ts'
import type { LivePeer } from '../src/wireguard/dump.ts'
import { publicKeyOf } from '../src/wireguard/keys.ts'

/** A key of the test's cast: the same name gives the same key in every run. Clamped as wg(8) stores them. */
export function privateKey(name: string): PrivateKey {
  const bytes = createHash('sha256').update(name).digest()
  bytes.writeUInt8(bytes.readUInt8(0) & 248, 0)
  bytes.writeUInt8((bytes.readUInt8(31) & 127) | 64, 31)
  return bytes.toString('base64') as PrivateKey
}
const known = new Map<string, PublicKey>()
export function key(name: string): PublicKey {
  const made = known.get(name) ?? publicKeyOf(privateKey(name))
  known.set(name, made)
  return made
}

/** What the fake wg makes of a key file. */
export const secretOf = (path: string): string => publicKeyOf(readFileSync(path, 'utf8').trim() as PrivateKey)

export const HUB: PeerEntry = {
  id: 1,
  name: 'hub',
  cidr: 2,
  key: key('hub'),
  ip: '10.42.0.1',
  at: ['203.0.113.10:51820'],
  hub: true,
}
export const CIDRS: CidrEntry[] = [
  { id: 1, name: 'acme', prefix: '10.42.0.0/16', parent: null },
  { id: 2, name: 'infra', prefix: '10.42.0.0/24', parent: 1 },
  { id: 3, name: 'eng', prefix: '10.42.1.0/24', parent: 1 },
]
export const SELF: SelfEntry = {
  id: 7,
  name: 'ana',
  cidr: 3,
  ip: '10.42.1.7',
  key: key('ana'),
  network: { name: 'acme', interface: 'acme', prefix: '10.42.0.0/16', keepaliveS: 25 },
}
export const peer = (id: number, name: string, extra: Partial<PeerEntry> = {}): PeerEntry => ({
  id,
  name,
  cidr: 3,
  key: key(name),
  ip: `10.42.1.${id}`,
  ...extra,
})

/** A view of ana's as a console would send it. */
export function viewOf(peers: PeerEntry[], change: { self?: Partial<SelfEntry>; revision?: number } = {}): View {
  const group: GroupView = { peers: [HUB, ...peers], cidrs: CIDRS }
  const state = viewState(group)
  const revision = change.revision ?? 5
  return {
    self: { ...SELF, ...change.self },
    state,
    revision,
    cursor: `c${revision}`,
    digest: digestText(viewDigest(state)),
  }
}

export const CONFIG: JoinedConfig = {
  state: 'joined',
  network: { name: 'acme', interface: 'acme', prefix: '10.42.0.0/16' },
  hub: { 'public-key': key('hub'), endpoint: '203.0.113.10:51820', internal: '10.42.0.1:51820' },
  settings: { hosts: true },
  peer: {
    id: 7,
    name: 'ana',
    address: '10.42.1.7',
    'private-key': privateKey('ana'),
    secret: PeerSecret.parse('s'.repeat(43)),
    'listen-port': 40001,
  },
}

export const live = (name: string, extra: Partial<LivePeer> = {}): LivePeer => ({
  key: key(name),
  endpoint: null,
  allowedIps: [],
  handshakeAt: 0,
  rx: 0,
  tx: 0,
  keepalive: 0,
  ...extra,
})

/** An environment with everything below `dir`. */
export const envIn = (dir: string): Env => ({
  configDir: `${dir}/etc`,
  stateDir: `${dir}/lib`,
  runDir: `${dir}/run`,
  hostsFile: `${dir}/hosts`,
  namesApart: false,
  userspace: 'wireguard-go',
  crashAfter: null,
})
