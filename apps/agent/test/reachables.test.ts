import { expect, test } from 'vitest'
import { reachables } from '../src/plan/wanted.ts'
import { key } from './cast.ts'

const bo = { id: 8, key: key('bo'), ips: ['10.42.1.8'], at: ['203.0.113.8:1'] }
const hub = { id: 1, key: key('hub'), ips: ['10.42.0.1'], at: ['hub.example:51820'] }
const where = { bounds: { inside: ['10.42.0.0/16'] }, chosen: [], relays: [{ peer: 8, at: 'hub.example:52001' }] }
const relayOf = (addresses: readonly string[]) =>
  reachables([hub, bo], { ...where, resolve: () => addresses }).map(({ relay }) => relay)

test('a relay that is known by a name is where the name leads, as the device will tell it', () => {
  expect(relayOf(['203.0.113.10', '2001:db8::10'])).toEqual([null, '203.0.113.10:52001'])
  expect(relayOf(['2001:db8::10'])).toEqual([null, '[2001:db8::10]:52001'])
})

test('there is no relay for as long as its name is not known', () => {
  expect(relayOf([])).toEqual([null, null])
})
