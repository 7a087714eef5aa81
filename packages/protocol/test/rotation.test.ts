import { x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { PrivateKey, PublicKey, type Signature } from '../src/keys.ts'
import { chainProblem, isTurnSigned, signTurn } from '../src/rotation.ts'

const NETWORK = 'acme'
const ID = 7

type Pair = { privateKey: PrivateKey; key: PublicKey }

function pair(): Pair {
  const bytes = x25519.utils.randomSecretKey()
  const text = (part: Uint8Array) => Buffer.from(part).toString('base64')
  return { privateKey: PrivateKey.parse(text(bytes)), key: PublicKey.parse(text(x25519.getPublicKey(bytes))) }
}

const signed = (from: Pair, to: Pair, more: { network?: string; peerId?: number } = {}): Promise<Signature> =>
  signTurn(from.privateKey, { network: NETWORK, peerId: ID, from: from.key, to: to.key, ...more })

/** Keys that follow one another, as a view tells of them. */
async function chain(pairs: readonly Pair[]) {
  const links = pairs.slice(0, -1).map(async (from, at) => {
    const to = pairs[at + 1] ?? from
    return { from: from.key, signature: await signed(from, to) }
  })
  const last = pairs.at(-1)
  if (!last) throw new Error('an empty chain')
  return { id: ID, key: last.key, was: await Promise.all(links) }
}

describe('a turn', () => {
  const [from, to] = [pair(), pair()]
  const turn = { network: NETWORK, peerId: ID, from: from.key, to: to.key }

  test('is signed by the old key', async () => {
    expect(isTurnSigned(turn, await signed(from, to))).toBe(true)
  })

  test.each([
    ['another peer', { peerId: 8 }],
    ['another network', { network: 'other' }],
    ['another new key', { to: pair().key }],
    ['another old key', { from: pair().key }],
  ])('is not signed for %s', async (_, other) => {
    expect(isTurnSigned({ ...turn, ...other }, await signed(from, to))).toBe(false)
  })

  test('is not signed by the new key', async () => {
    expect(isTurnSigned(turn, await signTurn(to.privateKey, turn))).toBe(false)
  })

  test('is not signed by what is no signature', () => {
    for (const text of ['', 'AAAA', 'A'.repeat(86).concat('==')]) expect(isTurnSigned(turn, text)).toBe(false)
  })
})

describe('a chain', () => {
  const pairs = [pair(), pair(), pair(), pair()]
  const [a, b, c, d] = pairs as [Pair, Pair, Pair, Pair]

  test('of none is enough where the key is the known one', () => {
    expect(chainProblem(NETWORK, a.key, { id: ID, key: a.key })).toBeNull()
  })

  test('leads from each of its keys to the last', async () => {
    const entry = await chain(pairs)
    for (const { key } of pairs) expect(chainProblem(NETWORK, key, entry)).toBeNull()
  })

  test('does not lead there from a key that is not in it', async () => {
    expect(chainProblem(NETWORK, pair().key, await chain(pairs))).toBe(
      'None of the keys that it follows is the one known here.',
    )
    expect(chainProblem(NETWORK, a.key, { id: ID, key: d.key })).not.toBeNull()
  })

  test('is broken by one signature, for those that need it', async () => {
    const entry = await chain(pairs)
    const forged = entry.was.map((link, at) =>
      at === 1 ? { ...link, signature: entry.was[0]?.signature ?? link.signature } : link,
    )
    const bent = { ...entry, was: forged }
    expect(chainProblem(NETWORK, a.key, bent)).toContain(b.key)
    expect(chainProblem(NETWORK, b.key, bent)).toContain(b.key)
    expect(chainProblem(NETWORK, c.key, bent)).toBeNull()
  })

  test('does not lead past its end', async () => {
    const entry = await chain([a, b])
    expect(chainProblem(NETWORK, a.key, { ...entry, key: c.key })).not.toBeNull()
  })

  test('does not lead backwards', async () => {
    const entry = await chain([a, b])
    expect(chainProblem(NETWORK, b.key, { ...entry, key: a.key, was: [] })).not.toBeNull()
  })

  test('of another peer or network leads nowhere', async () => {
    const entry = await chain([a, b])
    expect(chainProblem(NETWORK, a.key, { ...entry, id: 8 })).not.toBeNull()
    expect(chainProblem('other', a.key, entry)).not.toBeNull()
  })
})
