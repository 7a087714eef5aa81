import { expect, test } from 'vitest'
import { closedAtFirst, linesOf, type Mark, markOf } from '~/features/access/matrix-cells.ts'
import { type Plan, planOf } from '~/features/network/plan.ts'
import { snapshot } from './acme.ts'

const acme = (): Plan => planOf({ ...snapshot(), associations: [{ id: 1, a: 3, b: 6 }] })

function marks(plan: Plan, closed: ReadonlySet<number>): Record<string, Mark> {
  const lines = linesOf(plan.tree, closed)
  return Object.fromEntries(
    lines.flatMap((x) => lines.map((y) => [`${x.node.name} ${y.node.name}`, markOf(plan, x, y)] as const)),
  )
}

test('a cell tells an association from one that is inherited, and both from what the tree allows', () => {
  expect(marks(acme(), new Set())).toMatchObject({
    'people prod': 'own',
    'prod people': 'own',
    'eng db': 'inherited',
    'eng people': 'above',
    'eng guests': 'none',
    'eng eng': 'same',
    'cams cams': 'isolated',
  })
})

test('a closed CIDR is one line, which says whether all, some or none of what is inside may', () => {
  const plan = acme()
  const lines = linesOf(plan.tree, new Set([3]))
  expect(lines.map(({ node }) => node.name)).toEqual(['acme', 'infra', 'people', 'prod', 'db', 'cams'])
  expect(marks(plan, new Set([3]))).toMatchObject({
    'people prod': 'all',
    'people cams': 'none',
    // eng and guests do not reach each other.
    'people people': 'some',
    'prod db': 'above',
  })
})

test('a small network is open at first, a large one as deep as there is room', () => {
  const plan = acme()
  expect(closedAtFirst(plan.tree).size).toBe(0)
  const many = Array.from({ length: 90 }, (_, at) => {
    return {
      id: 100 + at,
      parentId: 4,
      name: `desk-${at}`,
      prefix: `10.42.16.${at}/32`,
      prefix6: null,
      isolated: false,
    }
  })
  const wide = planOf({ ...snapshot(), peers: [], cidrs: [...snapshot().cidrs, ...many] })
  expect(linesOf(wide.tree, closedAtFirst(wide.tree)).length).toBeLessThan(60)
})
