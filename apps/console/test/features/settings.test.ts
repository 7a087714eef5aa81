import { describe, expect, test } from 'vitest'
import { presenceOf } from '~/features/network/presence.ts'
import { pollingWords } from '~/features/peers/polling-words.ts'
import { hubMoveOf } from '~/features/settings/hub-move.ts'
import { hasGap, inputOf, typedOf, withEndpoint } from '~/features/settings/settings-values.ts'
import { acme, ago, NOW, snapshot, status } from './acme.ts'

const { network } = snapshot()
const typed = typedOf(network)

describe('the form of a network', () => {
  test('sends what was changed, and nothing else', () => {
    expect(inputOf(typed, network)).toEqual({})
    expect(inputOf({ ...typed, pollEveryS: '300', relay: false }, network)).toEqual({ pollEveryS: 300, relay: false })
    const quiet = { ...network, pollEveryS: 300 }
    expect(inputOf({ ...typedOf(quiet), pollEveryS: ' ' }, quiet)).toEqual({ pollEveryS: null })
  })

  test('has no empty field, except where that means something', () => {
    expect(hasGap(typed)).toBe(false)
    expect(hasGap({ ...typed, pollHoldS: ' ' })).toBe(true)
  })

  test('takes the port along where the hub listens on that of its endpoint, and leaves a forwarded one alone', () => {
    expect(withEndpoint(typed, 'vpn.example.org:443')).toMatchObject({ listenPort: '443' })
    expect(withEndpoint(typed, 'vpn.example.org:')).toMatchObject({ listenPort: typed.listenPort })
    const forwarded = { ...typed, listenPort: '1000' }
    expect(withEndpoint(forwarded, 'vpn.example.org:443')).toMatchObject({ listenPort: '1000' })
    expect(withEndpoint({ ...typed, endpoint: '[2001:db8::1]:51820' }, '[2001:db8::1]:9')).toMatchObject({
      listenPort: '9',
    })
  })
})

test('devices that are known to have the old place are counted', () => {
  const handed = {
    address: '10.42.16.1',
    address6: null,
    allowed: ['10.42.0.0/16'],
    endpoint: '203.0.113.7:1',
    hubKey: 'k',
  }
  const plan = acme({
    network: { ...network, endpointBefore: '203.0.113.7:1', movedRevision: 7 },
    peers: snapshot().peers.map((peer) => (peer.name === 'ana' ? { ...peer, kind: 'device', handed } : peer)),
  })
  expect(hubMoveOf(plan, { status: () => undefined })?.devices).toBe(1)
})

test('who has not applied what tells of a move has not heard of it; who tells nothing is counted apart', () => {
  const hub = { connected: true, appliedRevision: 7, fault: null, version: '0.1.0', at: ago(1000) }
  const plan = acme({ network: { ...network, endpointBefore: '203.0.113.7:1', movedRevision: 7 } })
  const joined = plan.members.filter((peer) => peer.kind === 'agent' && peer.redeemedAt !== null)
  const [late, innernet] = joined
  const seen = plan.members.map(({ id }) => {
    if (id === innernet?.id) return status(id, { appliedRevision: null, version: 'innernet' })
    return status(id, { appliedRevision: id === late?.id ? 6 : 7 })
  })
  const move = hubMoveOf(plan, presenceOf(plan, { status: seen, hub }, NOW))
  expect(move).toMatchObject({ from: '203.0.113.7:1', agents: joined.length - 1, unheard: [late?.name] })
  expect(move?.silent).toBeGreaterThanOrEqual(1)
  expect(move?.devices).toBe(0)
  expect(hubMoveOf(acme(), presenceOf(acme(), { status: seen, hub }, NOW))).toBeNull()
})

test.each([
  [{ pollHoldS: null, pollEveryS: null }, null, 'waits for news, 50 s at a time', 'as the network'],
  [{ pollHoldS: null, pollEveryS: null }, 60, 'asks every 60 s', 'as the network'],
  [{ pollHoldS: 20, pollEveryS: null }, 60, 'waits for news, 20 s at a time', 'set for itself'],
  [{ pollHoldS: null, pollEveryS: 600 }, null, 'asks every 600 s', 'set for itself'],
])('a peer polls as set for itself, else as its network', (peer, pollEveryS, how, whose) => {
  expect(pollingWords({ pollHoldS: 50, pollEveryS }, peer)).toEqual({ how, whose })
})
