import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromColumns, patched, toColumns } from '../src/index.ts'

type Row = { id: number; name: string; on: boolean; at: string | null; list: string[] }

const row = fc.record({
  id: fc.nat(40),
  name: fc.constantFrom('a', 'b'),
  on: fc.boolean(),
  at: fc.constantFrom(null, 'x'),
  list: fc.array(fc.constant('y'), { maxLength: 2 }),
})
const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 20 })

test('rows come out of their columns as they went in, also through JSON', () => {
  fc.assert(
    fc.property(rows, (some) => {
      expect(fromColumns<Row>(JSON.parse(JSON.stringify(toColumns(some))))).toEqual(some)
    }),
  )
})

test('a value that all rows share is sent once', () => {
  const columns = toColumns([
    { id: 1, on: true },
    { id: 2, on: true },
  ])
  expect(columns).toEqual({ count: 2, of: { id: [1, 2], on: { all: true } } })
})

test('a patch does what taking everything into a map and sorting it does', () => {
  fc.assert(
    fc.property(rows, rows, fc.uniqueArray(fc.nat(40)), (old, upsert, remove) => {
      const before = old.toSorted((a, b) => a.id - b.id)
      const all = new Map(before.map((one) => [one.id, one]))
      for (const id of remove) all.delete(id)
      for (const one of upsert) all.set(one.id, one)
      const after = patched(before, { upsert, remove }, ({ id }) => id)
      expect(after).toEqual([...all.values()].sort((a, b) => a.id - b.id))
      for (const one of after) if (!upsert.includes(one)) expect(before).toContain(one)
    }),
  )
})

test('an empty patch leaves the list itself', () => {
  const list = [{ id: 1 }]
  expect(patched(list, { upsert: [], remove: [] }, ({ id }) => id)).toBe(list)
})
