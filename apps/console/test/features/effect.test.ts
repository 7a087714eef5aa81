import { formatPrefix, parsePrefix } from '@warren/cidr'
import { expect, test } from 'vitest'
import { DRAFT_ID, type Intent, outcomeOf, treeWithDraft } from '~/features/network/effect.ts'
import { acme } from './acme.ts'

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
