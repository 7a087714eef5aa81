import { expect, test } from 'vitest'
import { closeUpOf, drawnBox, fitting, kept, seenBox, showing, zoomedAt } from '~/features/tree/camera.ts'

const frame = { width: 800, height: 600 }

test('what lies under the pointer stays there while zooming', () => {
  const view = { x: 40, y: -30, k: 1 }
  const after = zoomedAt(view, 1.7, [300, 200])
  expect((300 - after.x) / after.k).toBeCloseTo((300 - view.x) / view.k)
  expect((200 - after.y) / after.k).toBeCloseTo((200 - view.y) / view.k)
})

test('fitting shows a small drawing whole, and never makes text too small to be read', () => {
  const small = fitting({ width: 400, height: 300 }, frame)
  expect(small.k).toBe(1)
  expect(small.y).toBeGreaterThan(0)
  expect(fitting({ width: 9000, height: 90_000 }, frame).k).toBe(0.8)
})

test('a selection out of sight comes into it by the shortest way, and one in sight moves nothing', () => {
  const view = { x: 0, y: 0, k: 1 }
  const inside = { x: 100, y: 100, width: 192, height: 40 }
  expect(showing(view, inside, frame)).toBe(view)
  const below = showing(view, { ...inside, y: 900 }, frame)
  expect(below).toEqual({ x: 0, y: 600 - 28 - 940, k: 1 })
})

test('a drawing cannot be panned out of its frame', () => {
  expect(kept({ x: -99_999, y: 99_999, k: 1 }, { width: 400, height: 300 }, frame)).toEqual({ x: -304, y: 504, k: 1 })
})

test('a close-up has its box in the middle', () => {
  const box = { x: 500, y: 700, width: 192, height: 40 }
  const { x, y, k } = closeUpOf(box, frame)
  expect(x + (box.x + box.width / 2) * k).toBeCloseTo(400)
  expect(y + (box.y + box.height / 2) * k).toBeCloseTo(300)
})

test('what exists changes only when panning comes to its edge', () => {
  const first = drawnBox(seenBox({ x: 0, y: 0, k: 1 }, frame), null)
  expect(first).toEqual({ x: -400, y: -300, width: 1600, height: 1200 })
  expect(drawnBox(seenBox({ x: -350, y: 250, k: 1 }, frame), first)).toBe(first)
  expect(drawnBox(seenBox({ x: -450, y: 0, k: 1 }, frame), first)).not.toBe(first)
  expect(drawnBox(seenBox({ x: 0, y: 0, k: 4 }, frame), first), 'far too much exists after zooming in').not.toBe(first)
})
