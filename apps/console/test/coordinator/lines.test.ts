import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lines } from '../../src/coordinator/lines.ts'

test('lines come out whole, wherever the chunks are cut', () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.trim() !== '' && !/[\n\r]/.test(text))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (given, sizes) => {
      const bytes = Buffer.from(given.map((text) => `${text}\n`).join(''))
      const lines = new Lines(1000)
      const out: string[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1
        out.push(...lines.push(bytes.subarray(at, at + size)))
        at += size
      }
      expect(out).toEqual(given)
    }),
  )
})

test('a line that never ends is given up', () => {
  const lines = new Lines(10)
  expect(lines.push(Buffer.from('12345'))).toEqual([])
  expect(() => lines.push(Buffer.from('678901'))).toThrow('a line of more than 10 bytes')
})
