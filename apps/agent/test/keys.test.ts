import { PrivateKey } from '@warren/protocol'
import { expect, test } from 'vitest'
import { newPrivateKey, newSecret, publicKeyOf } from '../src/wireguard/keys.ts'

test('the public half is what wg pubkey prints', () => {
  const key = PrivateKey.parse('2KrWJU8uQDddly+ov3WuWnNYlq4DT+71bevoQ5CABFE=')
  expect(publicKeyOf(key)).toBe('bkOw9rEziDO4ZJEzliLiCfZN4+ezkTNgdQeqeyGNQRM=')
})

test('new keys are clamped as wg genkey does it, and differ', () => {
  const keys = Array.from({ length: 50 }, newPrivateKey)
  for (const key of keys) {
    const bytes = Buffer.from(key, 'base64')
    expect(bytes.readUInt8(0) & 7).toBe(0)
    expect(bytes.readUInt8(31) & 192).toBe(64)
  }
  expect(new Set(keys).size).toBe(50)
  expect(newSecret()).toMatch(/^[A-Za-z0-9_-]{43}$/)
})
