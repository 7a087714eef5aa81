import { expect, test, vi } from 'vitest'
import * as z from 'zod'
import { paced } from '~/features/live/paced.ts'
import { bytes, count, percent, span } from '~/ui/format.ts'
import { zodResolver } from '~/ui/zod-resolver.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [65_536, '65\u202f536'],
  [1_048_576n, '1\u202f048\u202f576'],
  [2n ** 64n, '1.8 × 10^19'],
])('%s is counted as %s', (value, text) => {
  expect(count(value)).toBe(text)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [214_300, '214 kB'],
  [1_800_000, '1.8 MB'],
  [3.1e9, '3.1 GB'],
])('%i bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text)
})

test.each([
  [0, '0 %'],
  [0.0001, '< 1 %'],
  [0.41, '41 %'],
  [0.9999, '> 99 %'],
  [1, '100 %'],
])('a share of %f is %s', (share, text) => {
  expect(percent(share)).toBe(text)
})

test.each([
  [8_400, '8 s'],
  [59_999, '59 s'],
  [180_000, '3 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('%i ms are %s', (ms, text) => {
  expect(span(ms)).toBe(text)
})

const Form = z.object({ name: z.string().min(1, 'A name is missing.'), prefix: z.string() })

test('a form’s faults are the schema’s and the rule’s, the schema’s first', async () => {
  const resolve = zodResolver(Form, () => ({ name: 'never seen', prefix: 'It overlaps ops.' }))
  const { errors } = await resolve({ name: '', prefix: 'x' }, undefined, {
    fields: {},
    shouldUseNativeValidation: false,
  })
  expect(errors).toMatchObject({ name: { message: 'A name is missing.' }, prefix: { message: 'It overlaps ops.' } })
})

test('a form without faults hands on what the schema makes of it', async () => {
  const trimming = zodResolver(z.object({ name: z.string().trim() }))
  const answer = await trimming({ name: ' a ' }, undefined, { fields: {}, shouldUseNativeValidation: false })
  expect(answer).toEqual({ values: { name: 'a' }, errors: {} })
})

test('questions in a burst are asked twice: at once, and when the first is answered and some time has passed', async () => {
  vi.useFakeTimers()
  try {
    const ask = vi.fn(async () => undefined)
    const { soon, stop } = paced(ask)
    for (let n = 0; n < 20; n += 1) soon()
    expect(ask).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(5000)
    expect(ask).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(5000)
    expect(ask).toHaveBeenCalledTimes(2)
    stop()
    soon()
    await vi.advanceTimersByTimeAsync(5000)
    expect(ask).toHaveBeenCalledTimes(2)
  } finally {
    vi.useRealTimers()
  }
})
