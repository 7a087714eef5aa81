import { expect, test } from 'vitest'
import { formatEndpoint, parseEndpoint } from '../src/texts.ts'

test.each([
  ['203.0.113.7:51820', { host: '203.0.113.7', port: 51820, family: 4 }],
  ['[2001:db8::7]:51820', { host: '2001:db8::7', port: 51820, family: 6 }],
  ['[2001:DB8:0::7]:1', { host: '2001:db8::7', port: 1, family: 6 }],
  ['vpn.example.org:65535', { host: 'vpn.example.org', port: 65535, family: null }],
])('%s is an endpoint', (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint)
})

test.each([
  '',
  '203.0.113.7',
  '203.0.113.7:0',
  '203.0.113.7:65536',
  '203.0.113.007:51820',
  '300.0.113.7:51820',
  '2001:db8::7:51820',
  '[203.0.113.7]:51820',
  '[fe80::1%eth0]:51820',
  'bad_name:51820',
  '-x.example:51820',
  ' 203.0.113.7:51820',
  '203.0.113.7:51820/udp',
])('"%s" is no endpoint', (text) => {
  expect(parseEndpoint(text)).toBeNull()
})

test('an IPv6 endpoint is printed in brackets', () => {
  expect(formatEndpoint({ host: '2001:db8::7', port: 51820 })).toBe('[2001:db8::7]:51820')
})
