import { formatPrefix, parsePrefix } from '@warren/cidr'
import { noRows, type Rows } from '@warren/protocol'
import { describe, expect, test } from 'vitest'
import {
  DRAFT_ID,
  type Intent,
  LINK,
  type LinkPair,
  outcomeOf,
  treeWithDraft,
  tunnelsCut,
} from '~/features/network/effect.ts'
import { castOf, findPeers, groupPairs, pairsBetween, partnersOf } from '~/features/network/effect-list.ts'
import { acme, ago, peerRow, snapshot } from './acme.ts'

test.each<[string, Intent, gained: number, lost: number]>([
  ['associating guests and prod opens zoe – db-1', { kind: 'associate', a: 5, b: 6 }, 1, 0],
  ['associating what reaches each other already changes nothing', { kind: 'associate', a: 4, b: 7 }, 0, 0],
  ['removing eng – prod cuts both of eng from db-1', { kind: 'dissociate', association: 2 }, 0, 2],
  ['isolating eng cuts its one pair', { kind: 'isolate', cidr: 4, isolated: true }, 0, 1],
  ['ending the isolation of cams opens its one pair', { kind: 'isolate', cidr: 8, isolated: false }, 1, 0],
  ['disabling ana cuts hub, build-7, db-1 and both cams', { kind: 'enable', peer: 2, enabled: false }, 0, 5],
  ['deleting ana cuts the same', { kind: 'delete-peer', peer: 2 }, 0, 5],
  ['re-inviting ana cuts the same until it has joined', { kind: 're-invite', peer: 2 }, 0, 5],
  ['moving zoe to eng opens ana, build-7 and db-1', { kind: 'move', peer: 4, to: 4 }, 3, 0],
  [
    'disabling eng as a whole cuts what each of it reaches',
    { kind: 'enable-many', peers: [2, 3], enabled: false },
    0,
    9,
  ],
  ['moving both cameras to db opens db-1 and each other', { kind: 'move-many', peers: [6, 7], to: 7 }, 3, 2],
  ['deleting both cameras', { kind: 'delete-many', peers: [6, 7] }, 0, 8],
  ['re-inviting zoe among others', { kind: 're-invite-many', peers: [4] }, 0, 3],
  ['a new peer in db reaches db-1, those of eng and the hub', { kind: 'create-peer', cidr: 7, as: 'agent' }, 4, 0],
  [
    'a CIDR around eng and guests changes nothing by itself',
    { kind: 'create-cidr', parent: 3, prefix: '10.42.16.0/23', isolated: false },
    0,
    0,
  ],
  ['growing guests changes nothing', { kind: 'resize-cidr', cidr: 5, prefix: '10.42.18.0/24' }, 0, 0],
  ['splitting eng leaves both in its first half', { kind: 'split-cidr', cidr: 4, pieces: 2 }, 0, 0],
])('%s', (_, intent, gained, lost) => {
  const effect = outcomeOf(acme(), intent)?.difference
  expect([effect?.gained.count, effect?.lost.count]).toEqual([gained, lost])
})

test('a draft is drawn between its parent and the children that it takes in', () => {
  const { tree } = acme()
  const prefix = parsePrefix('10.42.16.0/23')
  if (!prefix.ok) throw new Error('no prefix')
  const drawn = treeWithDraft(tree, { parentId: 3, name: 'office', prefix: prefix.value })
  expect(drawn.children(DRAFT_ID).map((node) => node.name)).toEqual(['eng', 'guests'])
  expect(drawn.children(3).map((node) => formatPrefix(node.prefix))).toEqual(['10.42.16.0/23'])
})

test('splitting a CIDR between two of its peers cuts them from each other', () => {
  const peers = snapshot().peers.map((peer) => (peer.id === 3 ? { ...peer, address: '10.42.16.129' } : peer))
  const outcome = outcomeOf(acme({ peers }), { kind: 'split-cidr', cidr: 4, pieces: 2 })
  expect([...(outcome?.difference.lost ?? [])]).toEqual([[2, 3]])
})

test('what is no prefix yet, or breaks the tree, has no effect that could be told', () => {
  expect(outcomeOf(acme(), { kind: 'resize-cidr', cidr: 5, prefix: '10.42.' })).toBeNull()
  expect(outcomeOf(acme(), { kind: 'resize-cidr', cidr: 5, prefix: '10.42.16.0/24' })).toBeNull()
  expect(outcomeOf(acme(), { kind: 'move', peer: 4, to: 99 })).toBeNull()
})

describe('undoing', () => {
  const row = (id: number) => snapshot().peers.find((peer) => peer.id === id) ?? peerRow(id, 4, 'x', '10.42.16.9')
  const undo = (before: Partial<Rows>, after: Partial<Rows>, plan = acme()) => {
    const change = { revision: 7, before: { ...noRows(), ...before }, after: { ...noRows(), ...after } }
    const difference = outcomeOf(plan, { kind: 'undo', change })?.difference
    return [difference?.gained.count, difference?.lost.count]
  }

  test('an association cuts what it had opened', () => {
    expect(undo({}, { associations: [{ id: 2, a: 4, b: 6 }] })).toEqual([0, 2])
  })

  test('the deletion of a peer gives back whom it reached', () => {
    const deleted = { ...row(4), deletedAt: ago(1000) }
    const plan = acme({ peers: snapshot().peers.map((peer) => (peer.id === 4 ? deleted : peer)) })
    expect(undo({ peers: [row(4)] }, { peers: [deleted] }, plan)).toEqual([3, 0])
  })

  test('a move leaves what was done to the peer since', () => {
    const disabled = { ...row(4), enabled: false }
    const plan = acme({ peers: snapshot().peers.map((peer) => (peer.id === 4 ? disabled : peer)) })
    expect(undo({ peers: [{ ...row(4), cidrId: 4 }] }, { peers: [row(4)] }, plan)).toEqual([0, 0])
    expect(undo({ peers: [{ ...row(4), cidrId: 4 }] }, { peers: [row(4)] })).toEqual([3, 0])
  })

  test('a CIDR that took others in gives them back', () => {
    const { tree } = acme()
    expect(tree.get(3)?.name).toBe('people')
    const [eng, guests] = snapshot().cidrs.filter((cidr) => cidr.parentId === 3)
    if (!eng || !guests) throw new Error('no children')
    const people = snapshot().cidrs.find((cidr) => cidr.id === 3)
    if (!people) throw new Error('no CIDR')
    const adopted = [eng, guests]
    const before = { cidrs: adopted.map((cidr) => ({ ...cidr, parentId: 1 })) }
    // Without people, zoe does not reach the cameras any more, nor do those of eng: their association went with it.
    const after = { cidrs: [people, ...adopted], associations: [{ id: 3, a: 3, b: 8 }] }
    expect(undo(before, after)).toEqual([0, 6])
  })
})

test('the tunnels cut are the live ones among the pairs lost', () => {
  const outcome = outcomeOf(acme(), { kind: 'dissociate', association: 2 })
  if (!outcome) throw new Error('the effect cannot be told')
  const links: LinkPair[] = [
    [2, 5, LINK.direct],
    [3, 5, LINK.noHandshake],
    [2, 3, LINK.relayed],
  ]
  expect(tunnelsCut(outcome, links)).toEqual([[2, 5, LINK.direct]])
})

describe('the pairs of a change', () => {
  const plan = acme()
  const intent: Intent = { kind: 'enable-many', peers: [2, 3], enabled: false }
  const outcome = outcomeOf(plan, intent)
  if (!outcome) throw new Error('the effect cannot be told')
  const cast = castOf(plan, intent)
  const { lost } = outcome.difference

  test('are counted by where their peers sit', () => {
    expect(groupPairs(cast, lost, [[2, 5, LINK.direct]])).toEqual([
      { a: 4, b: 8, pairs: 4, cut: 0 },
      { a: 2, b: 4, pairs: 2, cut: 0 },
      { a: 4, b: 7, pairs: 2, cut: 1 },
      { a: 4, b: 4, pairs: 1, cut: 0 },
    ])
  })

  test('of two CIDRs are listed with live tunnels first, and of one each once', () => {
    const between = { side: 'lost', most: 10, cut: [[3, 5, LINK.direct]] } as const
    expect(pairsBetween(cast, outcome, { ...between, a: 4, b: 7 })).toEqual([
      [3, 5],
      [2, 5],
    ])
    expect(pairsBetween(cast, outcome, { ...between, a: 4, b: 4 })).toEqual([[2, 3]])
    expect(pairsBetween(cast, outcome, { ...between, a: 4, b: 8, most: 3 })).toHaveLength(3)
  })

  test('are found by the name of a peer', () => {
    expect(findPeers(cast, lost, 'cam', 5)).toEqual([6, 7])
    expect(partnersOf(outcome, 'lost', 6)).toEqual([2, 3])
    expect(partnersOf(outcome, 'gained', 6)).toEqual([])
  })

  test('name the peer that does not exist yet', () => {
    const made: Intent = { kind: 'create-peer', cidr: 7, as: 'agent' }
    const after = outcomeOf(plan, made)
    if (!after) throw new Error('the effect cannot be told')
    const two = castOf(plan, made)
    expect(groupPairs(two, after.difference.gained, [])).toContainEqual({ a: 7, b: 7, pairs: 1, cut: 0 })
    const found = pairsBetween(two, after, { side: 'gained', a: 7, b: 7, most: 9, cut: [] })
    expect(found.map(([p, q]) => `${two.name(p)} ${two.name(q)}`)).toEqual(['the new peer db-1'])
  })
})
