import { expect, test } from 'vitest'
import { type Intent, outcomeOf } from '~/features/network/effect.ts'
import { type Danger, dangersOf, explainDanger } from '~/features/trials/danger.ts'
import { acme } from './acme.ts'

/** Peers of acme: hub 1, ana 2 and build-7 3 in eng, zoe 4 in guests, db-1 5 in db, cam-1 6 and cam-2 7 in cams. */
function dangers(intent: Intent, { own = null, online = [] }: { own?: number | null; online?: number[] } = {}) {
  const plan = acme()
  const outcome = outcomeOf(plan, intent)
  if (!outcome) throw new Error('the effect cannot be told')
  return dangersOf(plan, intent, outcome, { ownPeerId: own, isOnline: (peer) => online.includes(peer.id) })
}

test.each<[string, Intent, Danger[]]>([
  [
    'disabling one’s own machine',
    { kind: 'enable', peer: 2, enabled: false },
    [{ kind: 'own-state', name: 'ana', becomes: 'disabled' }],
  ],
  [
    'deleting it among others',
    { kind: 'delete-many', peers: [4, 2] },
    [{ kind: 'own-state', name: 'ana', becomes: 'deleted' }],
  ],
  ['moving it', { kind: 'move', peer: 2, to: 5 }, [{ kind: 'own-state', name: 'ana', becomes: 'moved' }]],
  [
    'cutting some of those whom it reaches',
    { kind: 'dissociate', association: 2 },
    [{ kind: 'own-reach', name: 'ana', lost: 1, of: 5 }],
  ],
  ['disabling another', { kind: 'enable', peer: 4, enabled: false }, []],
  ['enabling it', { kind: 'enable', peer: 2, enabled: true }, []],
  ['opening something', { kind: 'associate', a: 5, b: 6 }, []],
])('the own path: %s', (_, intent, expected) => {
  expect(dangers(intent, { own: 2 })).toEqual(expected)
})

test('a CIDR whose peers lose everyone but the hub is cut off, if any of them is online', () => {
  const alone: Intent = { kind: 'dissociate', association: 3 }
  expect(dangers(alone, { online: [6] })).toEqual([{ kind: 'subtree', names: ['cams'], online: 1 }])
  expect(dangers(alone)).toEqual([])
})

test('of CIDRs inside each other the topmost is named, and with it those whose only company they were', () => {
  const eng: Intent = { kind: 'enable-many', peers: [2, 3], enabled: false }
  expect(dangers(eng, { online: [2, 5] })).toEqual([{ kind: 'subtree', names: ['eng', 'prod'], online: 2 }])
  expect(dangers(eng, { online: [2] })).toEqual([{ kind: 'subtree', names: ['eng'], online: 1 }])
})

test('who disables the only peer of a CIDR by name need not be told so', () => {
  expect(dangers({ kind: 'enable', peer: 4, enabled: false }, { online: [4] })).toEqual([])
})

test('a CIDR that keeps anybody is not cut off', () => {
  expect(dangers({ kind: 'enable-many', peers: [2], enabled: false }, { online: [2, 3] })).toEqual([])
})

test('one that reached nobody before is not cut off by losing nothing', () => {
  const plan = acme({ associations: [] })
  const intent: Intent = { kind: 'delete-many', peers: [4] }
  const outcome = outcomeOf(plan, intent)
  if (!outcome) throw new Error('the effect cannot be told')
  // The cameras reach nobody before and after; guests, where zoe sat, is cut off.
  expect(dangersOf(plan, intent, outcome, { ownPeerId: null, isOnline: () => true })).toEqual([
    { kind: 'subtree', names: ['guests'], online: 1 },
  ])
})

test('a danger is one sentence that names what is cut', () => {
  expect(explainDanger({ kind: 'own-reach', name: 'ana', lost: 5, of: 5 })).toBe(
    'ana, the machine you sit at, would lose everyone it reaches.',
  )
  expect(explainDanger({ kind: 'subtree', names: ['cams', 'db'], online: 3 })).toBe(
    'cams and db would be cut off as a whole: nobody there reaches anyone but the hub, 3 online now.',
  )
})
