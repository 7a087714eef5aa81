import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'

/**
 * Signatures with the keys of X25519, which WireGuard's are: XEdDSA as Signal's "The XEdDSA and VXEdDSA Signature
 * Schemes" (revision 1, section 4) defines it. A signature is one of Ed25519 (RFC 8032) under the Edwards form of the key.
 */

/** The field's prime and the order of the base point (RFC 7748, section 4.1). */
const P = 2n ** 255n - 19n
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** What stands before the 32 bytes of an Ed25519 public key in SPKI (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** The points of small order: under such a key anybody can sign anything (RFC 7748, section 6.1; Bernstein's list). */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  P - 1n,
])

/**
 * Signs with an X25519 private key. The curve's arithmetic is loaded with the first signature: few processes ever make one.
 * @param privateKey 32 bytes @param random 64 bytes, for tests with known answers
 * @returns 64 bytes
 */
export async function xeddsaSign(privateKey: Buffer, message: Buffer, random = randomBytes(64)): Promise<Buffer> {
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  // A point of our own: for its own base point the library would keep tables of a megabyte.
  const base = ed25519.Point.fromAffine(ed25519.Point.BASE.toAffine())
  const secret = modulo(numberOf(clamped(privateKey)), ORDER)
  const point = base.multiply(secret)
  const isOdd = (point.toAffine().x & 1n) === 1n
  // The Edwards form of a key always has the sign 0: the other half of the keys signs with the negative scalar.
  const scalar = isOdd ? ORDER - secret : secret
  const key = Buffer.from((isOdd ? point.negate() : point).toBytes())

  const nonce = modulo(numberOf(sha512(HASH_1, bytesOf(scalar), message, random)), ORDER)
  const commitment = Buffer.from(base.multiply(nonce).toBytes())
  const challenge = modulo(numberOf(sha512(commitment, key, message)), ORDER)
  return Buffer.concat([commitment, bytesOf(modulo(nonce + challenge * scalar, ORDER))])
}

/** Whether the holder of an X25519 key signed this; false for whatever is no key or no signature. */
export function xeddsaVerify(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  const key = edwardsOf(publicKey)
  if (key === null || signature.length !== 64) return false
  const spki = Buffer.concat([SPKI_HEAD, key])
  // Ed25519's own check refuses s >= the order, so nobody can make a second signature of one.
  return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature)
}

/**
 * The Edwards form of an X25519 public key, y = (u - 1) / (u + 1) with the sign 0; null for a key that is not written in
 * the one way that there is, and for those of small order.
 */
export function edwardsOf(publicKey: Buffer): Buffer | null {
  if (publicKey.length !== 32) return null
  const u = numberOf(publicKey)
  if (u >= P || SMALL_ORDER.has(u)) return null
  return bytesOf(modulo((u - 1n) * inverse(u + 1n), P))
}

/** The specification's hash_1: SHA-512 of 2^256 - 2 and what is hashed, so that it differs from the plain one. */
const HASH_1 = Buffer.from(`fe${'ff'.repeat(31)}`, 'hex')

const sha512 = (...parts: readonly Buffer[]): Buffer => createHash('sha512').update(Buffer.concat(parts)).digest()

/** RFC 7748, section 5. */
function clamped(privateKey: Buffer): Buffer {
  const bytes = Buffer.from(privateKey)
  bytes.writeUInt8(bytes.readUInt8(0) & 248, 0)
  bytes.writeUInt8((bytes.readUInt8(31) & 127) | 64, 31)
  return bytes
}

const modulo = (a: bigint, n: bigint): bigint => ((a % n) + n) % n

/** By Fermat: a^(P-2). */
function inverse(a: bigint): bigint {
  let [base, rest, result] = [modulo(a, P), P - 2n, 1n]
  for (; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * base) % P
    base = (base * base) % P
  }
  return result
}

/** Little-endian, as all of RFC 7748 and RFC 8032. */
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const bytesOf = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
