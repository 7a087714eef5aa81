import { parsePrefix } from '@warren/cidr'
import * as z from 'zod'
import type { Handed } from './change.ts'
import { deviceLines } from './device-lines.ts'
import { type Invitation, invitationFile, invitationToken } from './invitation.ts'
import { type PrivateKey, PublicKey } from './keys.ts'
import { AddressText, EndpointText, InterfaceName, Name, Port, PrefixText } from './texts.ts'

/** What an invitation says apart from the private key, which whoever makes the key pair adds and the console never sees. */
export const JoinFacts = z.object({
  network: Name,
  interface: InterfaceName,
  /** The root CIDR, and what the peer has of it. */
  prefix: PrefixText,
  address: AddressText,
  /** The second family, where the network and the peer have one. A console of before does not say. */
  prefix6: PrefixText.nullable().default(null),
  address6: AddressText.nullable().default(null),
  peerName: Name,
  hubKey: PublicKey,
  externalEndpoint: EndpointText,
  internalEndpoint: EndpointText,
  /** Null for a device, whose key is its lasting one. */
  expiresAt: z.iso.datetime().nullable(),
  listenPort: Port.nullable(),
  /** Seconds; 0 = none. */
  keepaliveS: z.int().min(0).max(3600),
})
export type JoinFacts = z.infer<typeof JoinFacts>

/** What a person is handed for a new peer. It holds the private key, so nobody keeps it. */
export type Handout =
  | { readonly kind: 'agent'; readonly file: string; readonly fileName: string; readonly token: string }
  | { readonly kind: 'device'; readonly file: string; readonly fileName: string }

/** Puts the console's facts and the private key together. */
export const handoutOf = (kind: 'agent' | 'device', join: JoinFacts, privateKey: PrivateKey): Handout =>
  kind === 'agent' ? agentHandout(join, privateKey) : deviceHandout(join, privateKey)

function agentHandout(join: JoinFacts, privateKey: PrivateKey): Handout {
  const invitation: Invitation = {
    interface: {
      'network-name': join.network,
      address: `${join.address}/${widthOf(join.prefix)}`,
      'private-key': privateKey,
      ...(join.listenPort === null ? {} : { 'listen-port': join.listenPort }),
    },
    server: {
      'public-key': join.hubKey,
      'external-endpoint': join.externalEndpoint,
      'internal-endpoint': join.internalEndpoint,
    },
    ...(join.expiresAt === null
      ? {}
      : { warren: { name: join.peerName, interface: join.interface, prefix: join.prefix, expires: join.expiresAt } }),
  }
  return {
    kind: 'agent',
    file: invitationFile(invitation),
    fileName: `${join.peerName}.toml`,
    token: invitationToken(invitation),
  }
}

/** A wg-quick(8) configuration with the hub as the only peer: the hub forwards for it. */
function deviceHandout(join: JoinFacts, privateKey: PrivateKey): Handout {
  const lines = deviceLines(handedOf(join))
  const file = [
    '[Interface]',
    `PrivateKey = ${privateKey}`,
    lines.Address,
    ...(join.listenPort === null ? [] : [`ListenPort = ${join.listenPort}`]),
    '',
    '[Peer]',
    lines.PublicKey,
    lines.AllowedIPs,
    lines.Endpoint,
    ...(join.keepaliveS === 0 ? [] : [`PersistentKeepalive = ${join.keepaliveS}`]),
    '',
  ].join('\n')
  // wg-quick takes the file's name as the interface's.
  return { kind: 'device', file, fileName: `${join.interface}.conf` }
}

/** What a device's configuration says of what can change, to be kept beside its peer. */
export const handedOf = ({ prefix, prefix6, address, address6, hubKey, externalEndpoint }: JoinFacts): Handed => ({
  address,
  address6,
  allowed: prefix6 === null ? [prefix] : [prefix, prefix6],
  endpoint: externalEndpoint,
  hubKey,
})

function widthOf(prefix: string): number {
  const parsed = parsePrefix(prefix)
  if (!parsed.ok) throw new Error(`${prefix} came from the server and is no prefix`)
  return parsed.value.width
}
