import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { hashPassword, isPassword } from '~/server/auth/password.ts'
import { sourceOf } from '~/server/auth/source.ts'
import { download } from '~/server/download.ts'
import { readEnv } from '~/server/env.ts'

describe('the environment', () => {
  const good = {
    DATABASE_URL: 'postgresql://warren@localhost/warren?host=/run/pg',
    NEXTAUTH_SECRET: 'x'.repeat(32),
    NEXTAUTH_URL: 'http://127.0.0.1:3000',
  }

  test('is taken when it is whole', () => {
    expect(readEnv({ ...good, PATH: '/bin' })).toMatchObject(good)
    expect(readEnv(good)).toMatchObject({ WARREN_TRUST_PROXY: 0 })
  })

  test('is refused with all faults at once', () => {
    const read = () => readEnv({ NEXTAUTH_SECRET: 'short', NEXTAUTH_URL: 'console.test' })
    expect(read).toThrow(/DATABASE_URL is missing/)
    expect(read).toThrow(/NEXTAUTH_SECRET has fewer than 32 characters/)
    expect(read).toThrow(/NEXTAUTH_URL is not an http/)
    expect(read).not.toThrow(/short/)
  })
})

describe('where a request came from', () => {
  test.each([
    ['203.0.113.9', undefined, 0, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', 0, '203.0.113.9'],
    ['::ffff:203.0.113.9', undefined, 0, '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['127.0.0.1', '203.0.113.9', 1, '203.0.113.9'],
    ['127.0.0.1', '198.51.100.1, 203.0.113.9', 1, '203.0.113.9'],
    ['127.0.0.1', '198.51.100.1, 203.0.113.9', 2, '198.51.100.1'],
    ['203.0.113.9', '198.51.100.1', 2, '203.0.113.9'],
    ['127.0.0.1', undefined, 1, '127.0.0.1'],
    ['127.0.0.1', 'anything', 1, 'unknown'],
    [undefined, undefined, 0, 'unknown'],
  ])('by socket %s and header %s behind %i proxies is %s', (remoteAddress, forwardedFor, hops, source) => {
    expect(sourceOf({ remoteAddress, forwardedFor, hops })).toBe(source)
  })
})

describe('a password', () => {
  test('is its own and no other', async () => {
    const stored = await hashPassword('correct horse battery')
    expect(stored).toMatch(/^scrypt\$15\$8\$3\$/)
    expect(await isPassword('correct horse battery', stored)).toBe(true)
    expect(await isPassword('correct horse batterz', stored)).toBe(false)
    expect(await isPassword('correct horse battery', null)).toBe(false)
  })

  test('has another hash each time', async () => {
    expect(await hashPassword('correct horse battery')).not.toBe(await hashPassword('correct horse battery'))
  })

  test('that was stored with other parameters is still known', async () => {
    // RFC 7914, section 12: scrypt of "pleaseletmein" with "SodiumChloride", N=16384, r=8, p=1; its first 32 bytes.
    const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex')
    const stored = ['scrypt', 14, 8, 1, Buffer.from('SodiumChloride').toString('base64url'), key.toString('base64url')]
    expect(await isPassword('pleaseletmein', stored.join('$'))).toBe(true)
  })
})

describe('what nodes fetch to join', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'warren-root-'))
  vi.stubEnv('DATABASE_URL', 'postgresql://localhost/x')
  vi.stubEnv('NEXTAUTH_SECRET', 'x'.repeat(32))
  vi.stubEnv('NEXTAUTH_URL', 'http://127.0.0.1:3000')
  vi.stubEnv('WARREN_ROOT', root)
  afterAll(async () => {
    vi.unstubAllEnvs()
    await rm(root, { recursive: true })
  })

  test('comes whole and as what it is, the script with the address of its console', async () => {
    await mkdir(path.join(root, 'deploy'))
    await writeFile(path.join(root, 'deploy/install.sh'), "#!/bin/sh\nORIGIN='@ORIGIN@'\n")
    const answer = await download('install.sh')
    expect(answer.headers.get('content-type')).toContain('text/x-shellscript')
    expect(await answer.text()).toBe("#!/bin/sh\nORIGIN='http://127.0.0.1:3000'\n")
  })

  test('is missed in one sentence', async () => {
    const answer = await download('warren.cjs')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('npm run build')
  })
})
