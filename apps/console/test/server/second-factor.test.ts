import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newRecoveryCodes, recoveryHash } from '~/server/auth/recovery.ts'
import { seal, unseal } from '~/server/auth/seal.ts'
import { base32, codeOf, keyUri, newSecret, stepAt, stepOfCode } from '~/server/auth/totp.ts'

beforeAll(() => {
  vi.stubEnv('DATABASE_URL', 'postgresql://localhost/x')
  vi.stubEnv('NEXTAUTH_URL', 'http://127.0.0.1:3000')
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of no importance, long enough')
})
afterAll(() => void vi.unstubAllEnvs())

describe('a one-time code', () => {
  // RFC 6238, appendix B, the vectors for SHA-1.
  const secret = Buffer.from('12345678901234567890')
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at %i seconds is %s', (seconds, code) => {
    expect(codeOf(secret, stepAt(new Date(seconds * 1000)), 8)).toBe(code)
  })

  // RFC 4226, appendix D: the same with six digits, by counter.
  test.each(['755224', '287082', '359152', '969429', '338314', '254676'].map((code, step) => [step, code] as const))(
    'of step %i is %s',
    (step, code) => {
      expect(codeOf(secret, step)).toBe(code)
    },
  )

  test('counts one step before and after its own, no further', () => {
    const now = new Date(1_700_000_000_000)
    const step = stepAt(now)
    for (const drift of [-1, 0, 1]) expect(stepOfCode(secret, codeOf(secret, step + drift), now)).toBe(step + drift)
    for (const drift of [-2, 2]) expect(stepOfCode(secret, codeOf(secret, step + drift), now)).toBeNull()
  })

  // RFC 4648, section 10, without the padding.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('secret %j is written %s', (bytes, text) => {
    expect(base32(Buffer.from(bytes))).toBe(text)
  })

  test('goes into an app by a URI that names the console and the person', () => {
    const uri = new URL(keyUri({ secret, issuer: 'Warren vpn.example', name: 'anna@example.org' }))
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toContain('Warren vpn.example:anna@example.org')
    expect(uri.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    expect(uri.searchParams.get('issuer')).toBe('Warren vpn.example')
  })

  test('has a secret of 160 random bits', () => {
    expect(newSecret()).toHaveLength(20)
    expect(newSecret()).not.toEqual(newSecret())
  })
})

describe('what is sealed', () => {
  const bytes = Buffer.from('secret')

  test('opens again, looks different each time, and shows nothing', () => {
    const sealed = seal(bytes, 'totp of 1')
    expect(unseal(sealed, 'totp of 1')).toEqual(bytes)
    expect(seal(bytes, 'totp of 1')).not.toEqual(sealed)
    expect(sealed.includes(bytes)).toBe(false)
  })

  test('opens for nobody else, for nothing else, and not when a bit of it was turned', () => {
    const sealed = seal(bytes, 'totp of 1')
    expect(unseal(sealed, 'totp of 2')).toBeNull()
    expect(unseal(sealed, 'totp offered to 1')).toBeNull()
    for (const at of [0, 12, sealed.length - 1]) {
      const turned = Buffer.from(sealed)
      turned.writeUInt8(turned.readUInt8(at) ^ 1, at)
      expect(unseal(turned, 'totp of 1')).toBeNull()
    }
    expect(unseal(Buffer.alloc(3), 'totp of 1')).toBeNull()
  })
})

describe('a recovery code', () => {
  test('is one of ten, all different', () => {
    const codes = newRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^[A-Z2-7]{5}-[A-Z2-7]{5}$/)
  })

  test('is known however it was typed, and nothing else is one', () => {
    expect(recoveryHash('abcde fghij')).toBe(recoveryHash('ABCDE-FGHIJ'))
    expect(recoveryHash('ABCDE-FGHI')).toBeNull()
    expect(recoveryHash('')).toBeNull()
  })
})
