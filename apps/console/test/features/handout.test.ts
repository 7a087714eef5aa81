import { createPrivateKey, createPublicKey } from 'node:crypto'
import { PublicKey, readInvitation } from '@warren/protocol'
import { expect, test } from 'vitest'
import { handoutOf, installLine, type JoinFacts } from '~/features/invitations/handout.ts'
import { makeKeyPair } from '~/features/invitations/key-pair.ts'

const hub = makeKeyPair().publicKey

const facts: JoinFacts = {
  network: 'acme',
  interface: 'acme',
  prefix: '10.42.0.0/16',
  address: '10.42.16.1',
  prefix6: null,
  address6: null,
  peerName: 'ana',
  hubKey: hub,
  externalEndpoint: '203.0.113.7:51820',
  internalEndpoint: '10.42.0.1:51820',
  expiresAt: '2026-03-08T12:00:00.000Z',
  listenPort: null,
  keepaliveS: 25,
}

test('a key pair made here is one: Node derives the same public half', () => {
  const { privateKey, publicKey } = makeKeyPair()
  const secret = Buffer.from(privateKey, 'base64')
  // RFC 8410, section 7: the fixed head of an X25519 private key in PKCS #8.
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret])
  const derived = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
  const raw = derived.export({ format: 'der', type: 'spki' }).subarray(-32)
  expect(PublicKey.parse(raw.toString('base64'))).toBe(publicKey)
  expect([(secret[0] ?? 1) & 7, (secret[31] ?? 0) & 192]).toEqual([0, 64])
})

test('no two key pairs are the same', () => {
  const keys = Array.from({ length: 50 }, () => makeKeyPair().privateKey)
  expect(new Set(keys).size).toBe(50)
})

test('file and token of an agent say the same, with the root’s width', () => {
  const { privateKey } = makeKeyPair()
  const handout = handoutOf('agent', facts, privateKey)
  if (handout.kind !== 'agent') throw new Error('not an agent’s')
  expect(readInvitation(handout.file)).toEqual(readInvitation(handout.token))
  expect(readInvitation(handout.token)).toMatchObject({
    interface: { address: '10.42.16.1/16', 'private-key': privateKey },
    warren: { name: 'ana', expires: facts.expiresAt },
  })
  expect(handout.fileName).toBe('ana.toml')
})

test('the install line gives the token by standard input and quotes what a shell would read', () => {
  const { token } = handoutOf('agent', facts, makeKeyPair().privateKey) as { token: string }
  expect(token).toMatch(/^[A-Za-z0-9._-]+$/)
  expect(installLine(token, 'https://vpn.example.org')).toBe(
    `printf %s '${token}' | sudo sh -c "$(curl -fsSL https://vpn.example.org/install.sh)"`,
  )
})

test('the configuration of a device has the hub as its only peer', () => {
  const { privateKey } = makeKeyPair()
  const { file, fileName } = handoutOf('device', { ...facts, expiresAt: null, listenPort: 51999 }, privateKey)
  expect(fileName).toBe('acme.conf')
  expect(file).toBe(`[Interface]
PrivateKey = ${privateKey}
Address = 10.42.16.1/32
ListenPort = 51999

[Peer]
PublicKey = ${hub}
AllowedIPs = 10.42.0.0/16
Endpoint = 203.0.113.7:51820
PersistentKeepalive = 25
`)
})

test('the configuration of a device of two families has both addresses and both networks', () => {
  const both = { ...facts, expiresAt: null, address6: 'fd42::7', prefix6: 'fd42::/48' }
  const { file } = handoutOf('device', both, makeKeyPair().privateKey)
  expect(file).toContain('\nAddress = 10.42.16.1/32, fd42::7/128\n')
  expect(file).toContain('\nAllowedIPs = 10.42.0.0/16, fd42::/48\n')
})
