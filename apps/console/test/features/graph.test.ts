import { expect, test } from 'vitest'
import { adjacencyOf, thinned } from '~/features/graph/adjacency.ts'
import { allowedWeb } from '~/features/graph/allowed.ts'
import { routeOf, traceTunnel } from '~/features/graph/bundle.ts'
import { circleOf } from '~/features/graph/circle.ts'
import { labellingOf } from '~/features/graph/labels.ts'
import { livePairs, type Pair, type Path, type Strand, webOf } from '~/features/graph/strands.ts'
import { stepOf } from '~/features/graph/use-walk.ts'
import { HOME, hitAt, middleOf, moved, radiusOf, rimOf, showing, zoomed } from '~/features/graph/view.ts'
import { type Plan, planOf } from '~/features/network/plan.ts'
import { acme, peerRow, snapshot } from './acme.ts'

const all = { focus: null, shown: new Set<Path>(['none', 'direct', 'relayed']) }

/** `regions` × `sites` CIDRs with `peers` agents each, and an association of the first two regions. */
function large({ regions = 4, sites = 4, peers = 12 } = {}): Plan {
  const rows = snapshot()
  const outer = Array.from({ length: regions }, (_, r) => ({
    id: 100 + r,
    parentId: 1,
    name: `r-${r}`,
    prefix: `10.42.${64 + r * 16}.0/20`,
    prefix6: null,
    isolated: false,
  }))
  const inner = outer.flatMap((region, r) =>
    Array.from({ length: sites }, (_, s) => ({
      id: 200 + r * sites + s,
      parentId: region.id,
      name: `s-${r}-${s}`,
      prefix: `10.42.${64 + r * 16 + s}.0/24`,
      prefix6: null,
      isolated: false,
    })),
  )
  const agents = inner.flatMap((site, nth) =>
    Array.from({ length: peers }, (_, p) =>
      peerRow(1000 + nth * peers + p, site.id, `${site.name}-${p}`, site.prefix.replace('.0/24', `.${p + 1}`)),
    ),
  )
  const cidrs = [...rows.cidrs.filter((row) => row.id <= 2), ...outer, ...inner]
  const associations = [
    { id: 1, a: 1, b: 2 },
    { id: 2, a: 100, b: 101 },
  ]
  return planOf({ ...rows, cidrs, peers: [...rows.peers.filter((row) => row.id === 1), ...agents], associations })
}

test('peers sit around the circle in the order of the tree, each at radius 1, no two in one place', () => {
  const circle = circleOf(acme())
  expect(circle.seats.map(({ peer }) => peer.name)).toEqual(['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2'])
  for (const { x, y } of circle.seats) expect(Math.hypot(x, y)).toBeCloseTo(1, 6)
  const angles = circle.seats.map(({ angle }) => angle)
  expect(angles.toSorted((p, q) => p - q)).toEqual(angles)
  expect(new Set(angles).size).toBe(angles.length)
  expect(Math.max(...angles)).toBeLessThan(2 * Math.PI)
})

test('every CIDR with peers has the run of seats of its subtree, and neighbours of one CIDR are nearest', () => {
  const circle = circleOf(acme())
  const people = circle.sectors.find(({ cidr }) => cidr.name === 'people')
  expect(circle.seats.slice(people?.from, people?.to).map(({ peer }) => peer.name)).toEqual(['ana', 'build-7', 'zoe'])
  expect(people).toMatchObject({ own: 0 })
  const gaps = circle.seats.slice(1).map((seat, at) => seat.angle - (circle.seats[at]?.angle ?? 0))
  expect(Math.min(...gaps)).toBeCloseTo(circle.spacing, 6)
})

test('a network without peers has an empty circle', () => {
  const circle = circleOf(acme({ peers: [] }))
  expect(circle.seats).toEqual([])
  expect(circle.sectors).toEqual([])
})

test('a tunnel runs along the tree without its uppermost knot, and within a CIDR as an arc', () => {
  const circle = circleOf(acme())
  const at = (name: string) => circle.seats.findIndex(({ peer }) => peer.name === name)
  const knot = (name: string) => circle.sectors.find(({ cidr }) => cidr.name === name)?.knot
  expect(routeOf(circle, at('ana'), at('db-1')).slice(1, -1)).toEqual(['eng', 'people', 'prod', 'db'].map(knot))
  expect(routeOf(circle, at('ana'), at('zoe')).slice(1, -1)).toEqual(['eng', 'guests'].map(knot))
  const [one, middle, other] = routeOf(circle, at('ana'), at('build-7'))
  expect([one, other]).toEqual([circle.seats[at('ana')], circle.seats[at('build-7')]])
  expect(Math.hypot(middle?.x ?? 0, middle?.y ?? 0)).toBeLessThan(1)
})

test('every strand becomes one curve from seat to seat', () => {
  const circle = circleOf(large())
  const { strands } = allowedWeb(large(), circle, null, 200)
  const record = { moves: 0, curves: 0, end: [0, 0] }
  const pen = {
    moveTo: () => {
      record.moves += 1
    },
    lineTo: (x: number, y: number) => {
      record.end = [x, y]
    },
    bezierCurveTo: () => {
      record.curves += 1
    },
    closePath: () => undefined,
  }
  for (const { a, b } of strands) traceTunnel(pen, circle, [a, b])
  expect(record.moves).toBe(strands.length)
  expect(record.curves).toBeGreaterThanOrEqual(strands.length * 2)
  const last = circle.seats[strands.at(-1)?.b ?? 0]
  expect(record.end).toEqual([expect.closeTo(last?.x ?? 9, 6), expect.closeTo(last?.y ?? 9, 6)])
})

test('live tunnels are those of peers that are there, by path', () => {
  const circle = circleOf(acme())
  const pairs = livePairs(
    circle,
    [
      [1, 2, 1],
      [2, 5, 2],
      [2, 3, 0],
      [2, 99, 1],
    ],
    all,
  )
  expect(webOf(circle, pairs).tally).toEqual({ none: 1, direct: 1, relayed: 1, allowed: 0 })
  expect(
    livePairs(
      circle,
      [
        [1, 2, 1],
        [2, 5, 2],
      ],
      { ...all, shown: new Set<Path>(['relayed']) },
    ),
  ).toHaveLength(1)
  const focus = new Set([circle.seatOf(5) ?? -1])
  expect(
    livePairs(
      circle,
      [
        [1, 2, 1],
        [2, 5, 2],
      ],
      { ...all, focus },
    ),
  ).toHaveLength(1)
})

test('a sample is no larger than asked for by much, and leaves out no two CIDRs and no path between them', () => {
  const circle = circleOf(large())
  const ids = circle.seats.map(({ peer }) => peer.id)
  // One relayed tunnel among thousands.
  const links = ids.flatMap((a, at) =>
    ids.slice(at + 1).map((b, nth) => [a, b, at === 3 && nth === 5 ? 2 : 1] as const),
  )
  const pairs = livePairs(circle, links, all)
  const web = webOf(circle, pairs, 500)
  expect(web.total).toBe(pairs.length)
  expect(web.strands.length).toBeGreaterThan(250)
  expect(web.strands.length).toBeLessThan(800)
  expect(kinds(circle, web.strands)).toEqual(kinds(circle, pairs.map(strandOf)))
  expect(webOf(circle, pairs, 500).strands).toEqual(web.strands)
})

const strandOf = ([a, b, path]: Pair): Strand => ({ a, b, path })

const kinds = (circle: ReturnType<typeof circleOf>, strands: readonly Strand[]) =>
  new Set(strands.map(({ a, b, path }) => `${circle.seats[a]?.group} ${circle.seats[b]?.group} ${path}`))

test('allowed pairs are exactly those that may reach each other, and counted without listing them', () => {
  for (const plan of [acme(), large()]) {
    const circle = circleOf(plan)
    const naive = plan.members.flatMap((a, at) =>
      plan.members
        .slice(at + 1)
        .filter((b) => plan.reach.canReach(a.id, b.id))
        .map((b) => [a.id, b.id]),
    )
    const web = allowedWeb(plan, circle, null, 1e9)
    const drawn = web.strands.map(({ a, b }) => [circle.seats[a]?.peer.id, circle.seats[b]?.peer.id])
    const sorted = (pairs: readonly (readonly (number | undefined)[])[]) =>
      pairs.map((pair) => pair.toSorted().join()).sort()
    expect(sorted(drawn)).toEqual(sorted(naive))
    const sample = allowedWeb(plan, circle, null, 100)
    expect(sample.total).toBe(naive.length)
    for (const { a, b } of sample.strands)
      expect(plan.reach.canReach(circle.seats[a]?.peer.id ?? 0, circle.seats[b]?.peer.id ?? 0)).toBe(true)
  }
})

test('a filter counts the pairs of which one side is meant', () => {
  const plan = large()
  const circle = circleOf(plan)
  const focus = new Set([5, 6, 40])
  const ids = new Set([...focus].map((at) => circle.seats[at]?.peer.id))
  const naive = plan.members.flatMap((a, at) =>
    plan.members.slice(at + 1).filter((b) => (ids.has(a.id) || ids.has(b.id)) && plan.reach.canReach(a.id, b.id)),
  )
  expect(allowedWeb(plan, circle, focus).total).toBe(naive.length)
})

test('a peer’s own tunnels are found at once, and thinned only when they are a crowd', () => {
  const adjacency = adjacencyOf([
    [1, 2, 1],
    [1, 3, 2],
    [2, 3, 0],
  ])
  expect(adjacency.of(1)).toEqual([
    { peer: 2, code: 1 },
    { peer: 3, code: 2 },
  ])
  expect(adjacency.of(3).map(({ peer }) => peer)).toEqual([1, 2])
  expect(adjacency.of(9)).toEqual([])
  const many = Array.from({ length: 1000 }, (_, b): Strand => ({ a: 0, b: b + 1, path: 'direct' }))
  expect(thinned(many, 100)).toHaveLength(100)
  expect(thinned(many, 1000)).toBe(many)
})

test('CIDRs are named one by one where there is room, and by the one above them where there is none', () => {
  const circle = circleOf(large({ regions: 4, sites: 14, peers: 2 }))
  const names = (radius: number) => labellingOf(circle, radius).named.map(({ at }) => circle.sectors[at]?.cidr.name)
  expect(names(600)).toContain('s-0-3')
  expect(names(60)).toContain('r-0')
  expect(names(60)).not.toContain('s-0-3')
})

const frame = { width: 900, height: 700, ratio: 2 }

test('what lies under the pointer is the nearest peer on the circle, or the CIDR whose arc it is', () => {
  const circle = circleOf(acme())
  const radius = radiusOf(frame, 1)
  const { x, y } = middleOf(frame, HOME)
  const seat = circle.seats[2]
  const labelled = labellingOf(circle, radius).named.map(({ at }) => at)
  const at = (distance: number) => ({ x: x + (seat?.x ?? 0) * distance, y: y + (seat?.y ?? 0) * distance })
  const hit = (distance: number) => hitAt(circle, { view: HOME, frame, labelled }, at(distance))
  expect(hit(radius + 7)).toEqual({ kind: 'seat', at: 2 })
  expect(hit(radius / 2)).toBeNull()
  const sector = hit(radius + rimOf(frame).arcs + 10)
  expect(sector?.kind === 'sector' && circle.sectors[sector.at]?.cidr.name).toBe('eng')
})

test('zooming keeps what is under the pointer, and panning does not lose the circle', () => {
  const at = { x: 200, y: 300 }
  const before = middleOf(frame, HOME)
  const near = zoomed(HOME, frame, { factor: 2, at })
  const after = middleOf(frame, near)
  expect((at.x - after.x) / near.k).toBeCloseTo(at.x - before.x, 6)
  const far = moved(near, frame, { x: 1e6, y: -1e6 })
  expect(Math.abs(far.x)).toBeLessThanOrEqual(radiusOf(frame, far.k))
  const shown = showing(zoomed(HOME, frame, { factor: 8, at: before }), frame, { x: 0, y: -1 })
  const seen = middleOf(frame, shown).y - radiusOf(frame, 8)
  expect(seen).toBeGreaterThanOrEqual(0)
})

test('arrows walk around the circle, Page keys from CIDR to CIDR', () => {
  const circle = circleOf(acme())
  const walk = (key: string, from: number) => circle.seats[stepOf(circle, key, from) ?? -1]?.peer.name
  expect(walk('ArrowRight', 6)).toBe('hub')
  expect(walk('ArrowLeft', 0)).toBe('cam-2')
  expect(walk('PageDown', 1)).toBe('zoe')
  expect(walk('PageUp', 3)).toBe('ana')
  expect(walk('End', 0)).toBe('cam-2')
  expect(stepOf(circle, 'x', 0)).toBeNull()
})
