import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Invitation, invitationFile, invitationToken, readInvitation } from '../src/invitation.ts'
import type { PrivateKey, PublicKey } from '../src/keys.ts'
import { Refusal } from '../src/refusal.ts'

/** Any 32 bytes as WireGuard writes them. */
const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const octet = fc.integer({ min: 0, max: 255 })
const v4 = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'))
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
const port = fc.integer({ min: 1, max: 65535 })

const invitation: fc.Arbitrary<Invitation> = fc
  .record({
    network: label,
    name: label,
    address: v4,
    host: fc.oneof(
      v4,
      label.map((l) => `${l}.example`),
    ),
    privateKey: key,
    publicKey: key,
    port,
    listenPort: fc.option(port, { nil: undefined }),
    ours: fc.boolean(),
    expires: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  })
  .map((f) => ({
    interface: {
      'network-name': f.network,
      address: `${f.address}/16`,
      'private-key': f.privateKey as PrivateKey,
      ...(f.listenPort === undefined ? {} : { 'listen-port': f.listenPort }),
    },
    server: {
      'public-key': f.publicKey as PublicKey,
      'external-endpoint': `${f.host}:${f.port}`,
      'internal-endpoint': `${f.address}:${f.port}`,
    },
    ...(f.ours
      ? {
          warren: {
            name: f.name,
            interface: f.network.slice(0, 15),
            prefix: '10.0.0.0/8',
            expires: f.expires.toISOString(),
          },
        }
      : {}),
  }))

test('an invitation comes back from its file and from its token as it went in', () => {
  fc.assert(
    fc.property(invitation, (made) => {
      expect(readInvitation(invitationFile(made))).toEqual(made)
      expect(readInvitation(`  ${invitationToken(made)}\n`)).toEqual(made)
    }),
  )
})

test('a token is one word that a shell leaves alone', () => {
  fc.assert(
    fc.property(invitation, (made) => {
      expect(invitationToken(made)).toMatch(/^[A-Za-z0-9._-]+$/)
    }),
  )
})

test('a token cut short anywhere, or with one character changed, is refused', () => {
  fc.assert(
    fc.property(invitation, fc.nat(), fc.constantFrom('A', 'b', '0'), (made, at, letter) => {
      const token = invitationToken(made)
      const place = at % token.length
      expect(() => readInvitation(token.slice(0, place))).toThrow(Refusal)
      const changed = token.slice(0, place) + letter + token.slice(place + 1)
      if (changed !== token) expect(() => readInvitation(changed)).toThrow(Refusal)
    }),
  )
})

const good = `
[interface]
network-name = "acme"
address = "10.42.1.5/16"
private-key = "6Opc4zcdTWnuIGJlDbgGcLOR1hOCnx0zHpAmQn3xOGk="
[server]
public-key = "6Opc4zcdTWnuIGJlDbgGcLOR1hOCnx0zHpAmQn3xOGk="
external-endpoint = "203.0.113.7:51820"
internal-endpoint = "10.42.0.1:51820"
`

test('a file that innernet wrote is read, and what it does not know is passed over', () => {
  const read = readInvitation(`${good}\n[later]\nx = 1\n`)
  expect(read.interface.address).toBe('10.42.1.5/16')
  expect(read.warren).toBeUndefined()
})

test.each([
  ['an empty file', '  \n', 'The invitation is empty.'],
  ['a file cut inside a string', good.slice(0, good.indexOf('6Opc') + 10), 'is not a TOML file'],
  [
    'a file cut before the server',
    good.slice(0, good.indexOf('[server]')),
    "The invitation's server is missing; the file may have been cut short.",
  ],
  [
    'a missing field',
    good.replace(/^external.*$/m, ''),
    "The invitation's server.external-endpoint is missing; the file may have been cut short.",
  ],
  [
    'a broken key',
    good.replace('6Opc4zcdTWnu', 'short'),
    "The invitation's interface.private-key is not usable: A WireGuard private key is 44 characters",
  ],
  [
    'an impossible port',
    good.replace('203.0.113.7:51820', '203.0.113.7:99999'),
    "The invitation's server.external-endpoint is not usable:",
  ],
  [
    'an address without its width',
    good.replace('10.42.1.5/16', '10.42.1.5'),
    "The invitation's interface.address is not usable:",
  ],
  [
    'a name as internal endpoint',
    good.replace('10.42.0.1:51820', 'hub.example:51820'),
    'internal-endpoint needs an address, not a name',
  ],
])('%s is refused in one sentence that names the field', (_, text, sentence) => {
  expect(() => readInvitation(text)).toThrow(sentence)
})
