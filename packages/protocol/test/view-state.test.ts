import { formatAddress, holds, parseAddress, parsePrefix } from '@warren/cidr'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestText, viewDigest } from '../src/digest.ts'
import { doorAddress, doorHub, doorPrefix } from '../src/door.ts'
import type { PublicKey } from '../src/keys.ts'
import type { GroupView, PeerEntry } from '../src/view.ts'
import { applyDelta, viewState } from '../src/view-state.ts'

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString('base64') as PublicKey)
const peer: fc.Arbitrary<PeerEntry> = fc.record({
  id: fc.integer({ min: 1, max: 30 }),
  name: fc.constantFrom('ana', 'bo', 'cy'),
  cidr: fc.integer({ min: 1, max: 5 }),
  key,
  ip: fc.constantFrom('10.0.0.1', '10.0.0.2'),
})
const peers = fc.uniqueArray(peer, { selector: (p) => p.id })
const groupOf = (list: PeerEntry[]): GroupView => ({ peers: list, cidrs: [] })

test('a delta turns one view into the other, whatever the two are', () => {
  fc.assert(
    fc.property(peers, peers, (before, after) => {
      const kept = new Set(after.map((p) => p.id))
      const remove = before.filter((p) => !kept.has(p.id)).map((p) => p.id)
      const start = viewState(groupOf(before))
      const end = applyDelta(start, { peers: { upsert: after, remove }, cidrs: { upsert: [], remove: [] } })
      expect(viewDigest(end)).toBe(viewDigest(viewState(groupOf(after))))
      expect(start.peers.size).toBe(before.length)
    }),
  )
})

test('the digest depends on every field and not on the order', () => {
  fc.assert(
    fc.property(peers, (list) => {
      const digest = viewDigest(viewState(groupOf(list)))
      expect(viewDigest(viewState(groupOf([...list].reverse())))).toBe(digest)
      expect(digestText(digest)).toMatch(/^[0-9a-f]{32}$/)
      for (const [field, value] of [
        ['name', 'zed'],
        ['cidr', 99],
        ['ip', '10.9.9.9'],
        ['at', ['192.0.2.1:1']],
        ['hub', true],
      ] as const) {
        const [first, ...rest] = list
        if (first) expect(viewDigest(viewState(groupOf([{ ...first, [field]: value }, ...rest])))).not.toBe(digest)
      }
    }),
  )
})

test('door addresses are canonical, lie in the door of their hub and differ by invitation', () => {
  fc.assert(
    fc.property(key, key, key, (hub, one, other) => {
      const door = parsePrefix(doorPrefix(hub))
      if (!door.ok) throw new Error('the door is not a prefix')
      for (const text of [doorHub(hub), doorAddress(hub, one)]) {
        const address = parseAddress(text)
        if (!address.ok) throw new Error(`${text} is not an address`)
        expect(holds(door.value, address.value)).toBe(true)
        expect(formatAddress(address.value)).toBe(text)
      }
      if (one !== other) expect(doorAddress(hub, one)).not.toBe(doorAddress(hub, other))
    }),
    { numRuns: 2000 },
  )
})
