import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { edwardsOf, xeddsaSign, xeddsaVerify } from '../src/xeddsa.ts'

const P = 2n ** 255n - 19n
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const littleEndian = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
const number = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const publicOf = (privateKey: Buffer) => Buffer.from(x25519.getPublicKey(privateKey))
const newKey = () => Buffer.from(x25519.utils.randomSecretKey())
const message = Buffer.from('a message')

test('signs as the tests of libsignal and curve25519-java say', async () => {
  const privateKey = Buffer.alloc(32)
  privateKey[8] = 189
  privateKey[31] = 64
  const signature = await xeddsaSign(privateKey, Buffer.alloc(200), Buffer.alloc(64))
  expect(signature.toString('hex')).toBe(
    '11c7f3e6c4df9e8a5150e1db3b30f92de3a3b3aa438656545fa7390f4bcc7bb26c431d9e90643e4f0eaa0e9c557766fa69ada576d63dcaf2ac326c11d0b97702',
  )
  expect(xeddsaVerify(publicOf(privateKey), Buffer.alloc(200), signature)).toBe(true)
})

describe('a signature', () => {
  test('of any key is good for it, and for the other implementation of Ed25519', async () => {
    for (let round = 0; round < 24; round += 1) {
      const privateKey = newKey()
      const signature = await xeddsaSign(privateKey, message)
      const publicKey = publicOf(privateKey)
      expect(xeddsaVerify(publicKey, message, signature)).toBe(true)
      expect(ed25519.verify(signature, message, edwardsOf(publicKey) ?? Buffer.alloc(32))).toBe(true)
    }
  })

  test('differs each time', async () => {
    const privateKey = newKey()
    expect(await xeddsaSign(privateKey, message)).not.toEqual(await xeddsaSign(privateKey, message))
  })

  test('is not good for another message, another key or with another bit', async () => {
    const privateKey = newKey()
    const publicKey = publicOf(privateKey)
    const signature = await xeddsaSign(privateKey, message)
    expect(xeddsaVerify(publicKey, Buffer.from('b message'), signature)).toBe(false)
    expect(xeddsaVerify(publicOf(newKey()), message, signature)).toBe(false)
    for (const at of [0, 31, 32, 63]) {
      const bent = Buffer.from(signature)
      bent[at] = (bent[at] ?? 0) ^ 1
      expect(xeddsaVerify(publicKey, message, bent)).toBe(false)
    }
    expect(xeddsaVerify(publicKey, message, signature.subarray(1))).toBe(false)
  })

  test('has no second form: s plus the order of the base point is refused', async () => {
    const privateKey = newKey()
    const signature = await xeddsaSign(privateKey, message)
    const second = littleEndian(number(signature.subarray(32)) + ORDER)
    const bent = Buffer.concat([signature.subarray(0, 32), second])
    expect(xeddsaVerify(publicOf(privateKey), message, bent)).toBe(false)
  })
})

describe('the Edwards form of a key', () => {
  test('is that of @noble/curves, with the sign 0', () => {
    for (let round = 0; round < 24; round += 1) {
      const privateKey = newKey()
      const scalar = number(privateKey)
      const clamped = (scalar & ~7n & (2n ** 255n - 1n)) | (1n << 254n)
      const theirs = Buffer.from(ed25519.Point.BASE.multiply(clamped % ORDER).toBytes())
      theirs[31] = (theirs[31] ?? 0) & 127
      expect(edwardsOf(publicOf(privateKey))).toEqual(theirs)
    }
  })

  test.each([
    ['0', 0n],
    ['1, of order 4', 1n],
    ['of order 8', 325606250916557431795983626356110631294008115727848805560023387167927233504n],
    ['of order 8 as well', 39382357235489614581723060781553021112529911719440698176882885853963445705823n],
    ['-1, where there is no y', P - 1n],
    ['0 written as the prime', P],
    ['9 written past the prime', P + 9n],
    ['the base point with the highest bit set', 9n + 2n ** 255n],
  ])('there is none of a u that is %s', (_, u) => {
    expect(edwardsOf(littleEndian(u))).toBeNull()
    expect(xeddsaVerify(littleEndian(u), message, Buffer.alloc(64))).toBe(false)
  })

  test('there is none of what is too short', () => {
    expect(edwardsOf(Buffer.alloc(31, 9))).toBeNull()
  })

  test('everybody could sign for one of small order, were it taken', () => {
    // y = -1: 0 times the challenge, or 2 times, so R = B and s = 1 do for every other message.
    const key = littleEndian(P - 1n)
    const forged = Buffer.concat([Buffer.from(ed25519.Point.BASE.toBytes()), littleEndian(1n)])
    const messages = Array.from({ length: 32 }, (_, at) => Buffer.from(`message ${at}`))
    const point = ed25519.Point.fromBytes(key)
    expect(point.isSmallOrder()).toBe(true)
    expect(messages.some((text) => ed25519.verify(forged, text, key, { zip215: true }))).toBe(true)
    expect(messages.some((text) => xeddsaVerify(littleEndian(0n), text, forged))).toBe(false)
  })
})
