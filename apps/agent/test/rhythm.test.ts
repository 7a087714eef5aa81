import { expect, test } from 'vitest'
import { rhythmOf, rhythmText } from '../src/plan/rhythm.ts'

test('without a word of the console a question is held as long as the protocol allows', () => {
  expect(rhythmOf(undefined, 0.5)).toEqual({ waitS: 50, pauseMs: 0, keepsLine: true })
  expect(rhythmText(undefined)).toBe('held for up to 50 s')
})

test('a question is held as long as the console says', () => {
  expect(rhythmOf({ holdS: 20, everyS: null }, 0.5)).toEqual({ waitS: 20, pauseMs: 0, keepsLine: true })
  expect(rhythmText({ holdS: 20, everyS: null })).toBe('held for up to 20 s')
})

test('with a plain interval nothing is held, no line is kept, and nodes drift apart by a tenth', () => {
  const at = (random: number) => rhythmOf({ holdS: 20, everyS: 600 }, random)
  expect([at(0), at(0.5)]).toEqual([
    { waitS: 0, pauseMs: 540_000, keepsLine: false },
    { waitS: 0, pauseMs: 600_000, keepsLine: false },
  ])
  expect(rhythmText({ holdS: 20, everyS: 600 })).toBe('asks every 600 s')
})
