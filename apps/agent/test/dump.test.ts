import { expect, test } from 'vitest'
import { parseDump } from '../src/wireguard/dump.ts'

const OWN = '2KrWJU8uQDddly+ov3WuWnNYlq4DT+71bevoQ5CABFE=\tbkOw9rEziDO4ZJEzliLiCfZN4+ezkTNgdQeqeyGNQRM=\t51820\toff'
const ANA = '/2kezHgmzF1QTN0LWV62sX1w/YnOy8Q07RfgmqMBuFo='

/** As a hub's wg printed it: a joining peer that was only ever sent to, a member, and an invitation nobody used. */
const OF_A_HUB = `${OWN}
${ANA}\t(none)\t203.0.113.40:20155\tfd77:6172:3bbd:7c05:4c57:afc:bfae:2dc1/128\t0\t0\t148\toff
aUbkYe89cCPrTvahJJztAsEYhhCPNINRyhLx3nBBzAM=\t(none)\t[2001:db8::20]:31525\t10.42.1.10/32\t1795468280\t188\t276\t25
BggM/r2dL6vKtwCUhIt70bNn8+9Siwv7wtI0vvkRgVo=\t(none)\t(none)\tfd77:6172:5f78:e994:bf08:9ca9:2ffa:160c/128,10.42.1.12/32\t0\t0\t0\toff
`

test('reads what a hub shows, field by field', () => {
  const device = parseDump(OF_A_HUB)
  expect(device).toMatchObject({
    ok: true,
    value: { publicKey: 'bkOw9rEziDO4ZJEzliLiCfZN4+ezkTNgdQeqeyGNQRM=', listenPort: 51820 },
  })
  expect(device.ok && device.value.peers).toEqual([
    {
      key: ANA,
      endpoint: '203.0.113.40:20155',
      allowedIps: ['fd77:6172:3bbd:7c05:4c57:afc:bfae:2dc1/128'],
      handshakeAt: 0,
      rx: 0,
      tx: 148,
      keepalive: 0,
    },
    {
      key: 'aUbkYe89cCPrTvahJJztAsEYhhCPNINRyhLx3nBBzAM=',
      endpoint: '[2001:db8::20]:31525',
      allowedIps: ['10.42.1.10/32'],
      handshakeAt: 1795468280,
      rx: 188,
      tx: 276,
      keepalive: 25,
    },
    {
      key: 'BggM/r2dL6vKtwCUhIt70bNn8+9Siwv7wtI0vvkRgVo=',
      endpoint: null,
      allowedIps: ['fd77:6172:5f78:e994:bf08:9ca9:2ffa:160c/128', '10.42.1.12/32'],
      handshakeAt: 0,
      rx: 0,
      tx: 0,
      keepalive: 0,
    },
  ])
})

test('reads an interface that was just made', () => {
  expect(parseDump('(none)\t(none)\t0\toff\n')).toEqual({
    ok: true,
    value: { publicKey: null, listenPort: 0, peers: [] },
  })
})

test('keeps nothing of the private key or a preshared one', () => {
  const withPsk = OF_A_HUB.replace('\t(none)\t203', `\t${'p'.repeat(43)}=\t203`)
  const text = JSON.stringify(parseDump(withPsk))
  expect(text).not.toContain('2KrWJU8u')
  expect(text).not.toContain('pppp')
})

test('an endpoint with a zone is kept as it is printed', () => {
  const device = parseDump(`${OWN}\n${ANA}\t(none)\t[fe80::1%eth0]:51820\t(none)\t0\t0\t0\toff\n`)
  expect(device.ok && device.value.peers[0]).toMatchObject({ endpoint: '[fe80::1%eth0]:51820', allowedIps: [] })
})

test.each([
  ['nothing at all', '', 1],
  ['a last line cut short', OF_A_HUB.slice(0, -3), 4],
  ['a peer with a field too few', `${OWN}\n${ANA}\t(none)\t(none)\t(none)\t0\t0\t0\n`, 2],
  ['a peer with a field too many', `${OWN}\n${ANA}\t(none)\t(none)\t(none)\t0\t0\t0\toff\tx\n`, 2],
  ['a key that is none', `${OWN}\nshort=\t(none)\t(none)\t(none)\t0\t0\t0\toff\n`, 2],
  ['an endpoint that is none', `${OWN}\n${ANA}\t(none)\tnowhere\t(none)\t0\t0\t0\toff\n`, 2],
  ['an allowed IP without width', `${OWN}\n${ANA}\t(none)\t(none)\t10.0.0.1\t0\t0\t0\toff\n`, 2],
  ['a count that is none', `${OWN}\n${ANA}\t(none)\t(none)\t(none)\t0\tmany\t0\toff\n`, 2],
  ['another program’s words', 'Unable to access interface\n', 1],
])('refuses %s, naming the line', (_what, text, line) => {
  expect(parseDump(text)).toMatchObject({ ok: false, problem: { line } })
})
