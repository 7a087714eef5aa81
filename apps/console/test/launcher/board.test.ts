import { expect, test } from 'vitest'
import { createBoard, stateLine } from '~/launcher/board.ts'

function output(isTTY: boolean) {
  const written: string[] = []
  return { written, write: (text: string) => written.push(text), isTTY, columns: 40 }
}

test('a state is one line', () => {
  expect(stateLine('web', { kind: 'running', note: 'http://127.0.0.1:3000' })).toBe(
    '  web          running   http://127.0.0.1:3000',
  )
})

test('in a log each change is a line, and what did not change is not said again', () => {
  const out = output(false)
  const board = createBoard(['web', 'hub'], out)
  board.set('web', { kind: 'starting', note: '' })
  board.set('web', { kind: 'starting', note: '' })
  board.set('web', { kind: 'running', note: 'here' })
  expect(out.written).toEqual(['  web          starting\n', '  web          running   here\n'])
})

test('on a terminal the lines are redrawn in place, cut to its width, until something else is printed', () => {
  const out = output(true)
  const board = createBoard(['web', 'hub'], out)
  board.set('web', { kind: 'failed', note: 'x'.repeat(100) })
  board.set('hub', { kind: 'running', note: '' })
  board.leave()
  board.set('hub', { kind: 'stopped', note: '' })
  expect(out.written[0]?.split('\n')[0]).toHaveLength(39 + '\x1b[2K'.length)
  expect(out.written[1]?.startsWith('\x1b[2A')).toBe(true)
  expect(out.written[2]).toBe('  hub          stopped\n')
})
