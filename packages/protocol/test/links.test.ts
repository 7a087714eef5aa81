import { expect, test } from 'vitest'
import { PlaceText, silenceLimitS, tunnelLives } from '../src/index.ts'

test.each([
  ['203.0.113.7:51820', '203.0.113.7:51820'],
  ['[2001:DB8::1]:9', '[2001:db8::1]:9'],
  ['0.0.0.0:65535', '0.0.0.0:65535'],
])('%s is a place, written %s', (text, canonical) => {
  expect(PlaceText.parse(text)).toBe(canonical)
})

test.each([
  ['hub.example.org:51820', /an address, not a name/],
  ['203.0.113.7:65536', /not an endpoint/],
  ['203.0.113.7:0', /not an endpoint/],
  ['203.0.113.256:1', /not an endpoint/],
  ['203.0.113.07:1', /not an endpoint/],
  ['fe80::1%eth0:1', /not an endpoint/],
  ['', /not an endpoint/],
])('%s is no place', (text, says) => {
  expect(PlaceText.safeParse(text).error?.issues[0]?.message).toMatch(says)
})

test.each([
  ['without a handshake', { shakenAgoS: null, silentS: 0, keepaliveS: 25 }, false],
  ['young and heard of', { shakenAgoS: 100, silentS: 30, keepaliveS: 25 }, true],
  ['silent for longer than keepalives are', { shakenAgoS: 100, silentS: 41, keepaliveS: 25 }, false],
  ['just made', { shakenAgoS: 10, silentS: 300, keepaliveS: 25 }, true],
  ['past rejection', { shakenAgoS: 180, silentS: 0, keepaliveS: 25 }, false],
  ['silent, without keepalives', { shakenAgoS: 170, silentS: 170, keepaliveS: 0 }, true],
  ['silent, with rare keepalives', { shakenAgoS: 170, silentS: 170, keepaliveS: 600 }, true],
  ['from the future and heard of', { shakenAgoS: -50, silentS: 3, keepaliveS: 25 }, true],
  ['from the future and silent', { shakenAgoS: -50, silentS: 60, keepaliveS: 25 }, false],
])('a tunnel %s lives: %o → %s', (_what, seen, lives) => {
  expect(tunnelLives(seen)).toBe(lives)
})

test('silence means something only while sessions outlive the time between keepalives', () => {
  expect([0, 1, 25, 120, 121, 3600].map(silenceLimitS)).toEqual([null, 16, 40, 135, null, null])
})
