import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/**
 * Parameters of new hashes: OWASP's "Password Storage Cheat Sheet" gives N = 2^15, r = 8, p = 3 as one of its equal
 * minimums for scrypt. They stand in each hash, so that raising them leaves old hashes usable.
 */
const NOW = { logN: 15, r: 8, p: 3 }
const KEY_BYTES = 32
const SALT_BYTES = 16

type Params = typeof NOW

/** The text that is stored for a password: `scrypt$logN$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt, NOW)
  return ['scrypt', NOW.logN, NOW.r, NOW.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Whether the password is the one that was hashed. `stored` is null for a name that nobody has: the same work is done,
 * so that the time of an answer does not tell which names exist.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const { params, salt, key } = stored === null ? nobody : parse(stored)
  const given = await derive(password, salt, params)
  return timingSafeEqual(given, key) && stored !== null
}

type Stored = { params: Params; salt: Buffer; key: Buffer }

const nobody: Stored = { params: NOW, salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) }

function parse(stored: string): Stored {
  const parts = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]{43})$/.exec(stored)
  if (!parts) throw new Error('a stored password hash cannot be read')
  const [, logN, r, p, salt = '', key = ''] = parts
  return {
    params: { logN: Number(logN), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}

function derive(password: string, salt: Buffer, { logN, r, p }: Params): Promise<Buffer> {
  const N = 2 ** logN
  // What scrypt needs is 128 * N * r bytes and a little (RFC 7914, section 6); Node's default bound is just below.
  const options: ScryptOptions = { N, r, p, maxmem: 128 * N * r * 2 }
  // One password has one byte sequence, however the keyboard put it together (RFC 8265, section 4.2.2).
  const text = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
