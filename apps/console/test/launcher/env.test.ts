import { expect, test } from 'vitest'
import { hubVariables, passedOn, readSettings, webVariables } from '~/launcher/env.ts'

test('without settings the console is on loopback, port 3000, with its data in the checkout', () => {
  expect(readSettings({ WARREN_ROOT: '/srv/warren' })).toEqual({
    host: '127.0.0.1',
    port: 3000,
    root: '/srv/warren',
    dataDir: '/srv/warren/data',
    databaseUrl: null,
    hubStateDir: '/var/lib/warren',
    runDir: null,
    hubSocketMode: null,
    url: 'http://127.0.0.1:3000',
  })
})

test.each([
  [{ WARREN_HOST: '0.0.0.0', WARREN_PORT: '80' }, 'http://127.0.0.1:80'],
  [{ WARREN_HOST: '2001:db8::7' }, 'http://[2001:db8::7]:3000'],
  [{ NEXTAUTH_URL: 'https://warren.example/' }, 'https://warren.example'],
])('%j is opened at %s', (source, url) => {
  expect(readSettings(source).url).toBe(url)
})

test('all faults are told at once', () => {
  expect(() => readSettings({ WARREN_PORT: '70000', WARREN_HOST: 'a b', DATABASE_URL: 'mysql://x' })).toThrow(
    [
      'Warren cannot start:',
      '- WARREN_PORT is a port from 1 to 65535.',
      '- WARREN_HOST is not an address.',
      '- DATABASE_URL is not a postgresql:// URL.',
    ].join('\n'),
  )
})

test('an empty variable is an unset one', () => {
  expect(readSettings({ WARREN_PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: null })
})

test('processes get no secret of our environment', () => {
  expect(passedOn({ PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x' })).toEqual({
    PATH: '/bin',
    LANG: 'C.UTF-8',
    NODE_ENV: 'production',
  })
})

test('the web process is told of proxies and of an OpenID Connect provider, and of nothing else', () => {
  const told = { WARREN_TRUST_PROXY: '1', WARREN_OIDC_ISSUER: 'https://login.example.org' }
  expect(webVariables({ ...told, WARREN_DATA: '/srv', AWS_SECRET_ACCESS_KEY: 'x' })).toEqual(told)
})

test('the hub gets what is said of relays, and nothing else', () => {
  const told = { WARREN_RELAY_PORTS: '52000-52009', WARREN_RELAY_MBIT: '20' }
  expect(hubVariables({ ...told, WARREN_OIDC_CLIENT_SECRET: 'x', DATABASE_URL: 'x' })).toEqual(told)
})
