import { expect, test } from 'vitest'
import {
  coverOf,
  explainPlacement,
  explainResize,
  explainSplitPlan,
  formatPrefix,
  insertChoices,
  resizeChoices,
  resizeProblem,
  splitPieces,
  splitPlanProblem,
} from '../src/index.ts'
import { cidr, plant, prefix, seated } from './some.ts'

const tree = plant([
  ['net', '10.0.0.0/16', null],
  ['infra', '10.0.0.0/24', 'net'],
  ['corp', '10.0.16.0/20', 'net'],
  ['eng', '10.0.16.0/24', 'corp'],
  ['ops', '10.0.18.0/24', 'corp'],
  ['lab', '10.0.32.0/24', 'net'],
  ['web', '10.0.33.0/24', 'net'],
])
const idOf = (name: string) => cidr(tree, name).id

const told = (name: string, peersIn = [] as ReturnType<typeof seated>[], inParent = peersIn.slice(0, 0)) =>
  resizeChoices(tree, idOf(name), peersIn, inParent).map(
    ({ prefix, problem }) => `${formatPrefix(prefix)}${problem ? ` ${explainResize(problem)}` : ''}`,
  )

test('a CIDR with contents stays around them, and each width that does not fit says why', () => {
  expect(told('corp').slice(0, 7)).toEqual([
    '10.0.0.0/17 10.0.0.0/17 overlaps infra (10.0.0.0/24), lab (10.0.32.0/24) and web (10.0.33.0/24).',
    '10.0.0.0/18 10.0.0.0/18 overlaps infra (10.0.0.0/24), lab (10.0.32.0/24) and web (10.0.33.0/24).',
    '10.0.0.0/19 10.0.0.0/19 overlaps infra (10.0.0.0/24).',
    '10.0.16.0/21',
    '10.0.16.0/22',
    '10.0.16.0/23 10.0.16.0/23 leaves out CIDRs that are inside; move or delete them first: ops (10.0.18.0/24).',
    '10.0.16.0/24 10.0.16.0/24 is already the prefix of eng.',
  ])
})

test('an empty CIDR that cannot grow where it is, is offered the next free place of its parent', () => {
  expect(told('lab').slice(0, 8)).toEqual([
    '10.0.128.0/17',
    '10.0.64.0/18',
    '10.0.64.0/19',
    '10.0.48.0/20',
    '10.0.8.0/21',
    '10.0.4.0/22',
    '10.0.2.0/23',
    '10.0.32.0/25',
  ])
})

test('shrinking follows the peers, and stops where one would become a broadcast address', () => {
  const peers = [seated('a', '10.0.32.65'), seated('b', '10.0.32.127')]
  const choices = told('lab', peers)
  expect(choices.at(7)).toBe(
    '10.0.32.0/25 Move b first: 10.0.32.127 is the broadcast address of 10.0.32.0/25; choose an earlier one.',
  )
  expect(choices.at(8)).toBe(
    '10.0.32.64/26 Move b first: 10.0.32.127 is the broadcast address of 10.0.32.64/26; choose an earlier one.',
  )
})

test('what is offered without a problem is what the rule lets through', () => {
  for (const node of tree.nodes) {
    for (const { prefix, problem } of resizeChoices(tree, node.id, [], [])) {
      expect(problem).toEqual(resizeProblem(tree, node.id, prefix, [], []))
    }
  }
})

test('the smallest cover of prefixes', () => {
  expect(coverOf([])).toBeNull()
  const cover = coverOf([prefix('10.0.16.0/24'), prefix('10.0.18.0/24')])
  expect(cover && formatPrefix(cover)).toBe('10.0.16.0/22')
  expect(coverOf([prefix('10.0.0.0/8'), prefix('fd00::/8')])).toBeNull()
})

test('a CIDR goes between a parent and chosen children, from the smallest cover to half of the parent', () => {
  const rows = insertChoices(tree, idOf('net'), [idOf('lab'), idOf('web')], [seated('p', '10.0.35.1')])
  expect(rows.map(({ prefix }) => formatPrefix(prefix))).toEqual([
    '10.0.32.0/23',
    '10.0.32.0/22',
    '10.0.32.0/21',
    '10.0.32.0/20',
    '10.0.32.0/19',
    '10.0.0.0/18',
    '10.0.0.0/17',
  ])
  expect(rows[0]?.problem).toBeNull()
  expect(rows[1]?.problem && explainPlacement(rows[1].problem)).toContain('covers peers that sit directly in net')
  expect(rows[5]?.alsoTakesIn.map((node) => node.name)).toEqual(['infra', 'corp'])
})

test('around one child the place is wider than the child; around none there is no place', () => {
  expect(insertChoices(tree, idOf('corp'), [idOf('eng')], []).map(({ prefix }) => formatPrefix(prefix))).toEqual([
    '10.0.16.0/23',
    '10.0.16.0/22',
    '10.0.16.0/21',
  ])
  expect(insertChoices(tree, idOf('corp'), [], [])).toEqual([])
})

test('a split seats each peer in the piece that holds it', () => {
  const peers = [seated('a', '10.0.32.1'), seated('b', '10.0.32.200')]
  const pieces = splitPieces(prefix('10.0.32.0/24'), 2, peers)
  expect(pieces.map((piece) => [formatPrefix(piece.prefix), piece.peers.map((peer) => peer.name)])).toEqual([
    ['10.0.32.0/25', ['a']],
    ['10.0.32.128/25', ['b']],
  ])
  expect(splitPlanProblem(cidr(tree, 'lab'), [], 2, peers)).toBeNull()
})

test.each([
  ['lab', 3, [], 'A CIDR is split into 2, 4, 8 and so on up to 256 pieces, not 3.'],
  ['lab', 512, [], 'A CIDR is split into 2, 4, 8 and so on up to 256 pieces, not 512.'],
  ['corp', 2, [], 'corp is divided already, into eng and ops; split one of these.'],
  [
    'lab',
    2,
    [seated('z', '10.0.32.128')],
    'Move z first: 10.0.32.128 is the network address of 10.0.32.128/25; choose a later one.',
  ],
] as const)('%s is not split into %i without saying why', (name, pieces, peers, sentence) => {
  const problem = splitPlanProblem(cidr(tree, name), tree.children(idOf(name)), pieces, peers)
  expect(problem && explainSplitPlan(problem)).toBe(sentence)
})

test('a CIDR of few addresses is too small for many pieces', () => {
  const small = plant([
    ['net', '10.0.0.0/16', null],
    ['tiny', '10.0.1.0/30', 'net'],
  ])
  const problem = splitPlanProblem(cidr(small, 'tiny'), [], 8, [])
  expect(problem && explainSplitPlan(problem)).toBe('tiny (10.0.1.0/30) is too small for 8 pieces.')
})
