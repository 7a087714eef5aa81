import { expect, test, vi } from 'vitest'
import { type Running, type Service, type State, supervise } from '~/launcher/supervise.ts'

/** A service whose lives the test ends. */
function fake(start?: () => Promise<void>) {
  const lives: { end: (reason: string) => void }[] = []
  const service: Service = {
    name: 'fake',
    note: 'serving',
    async start(): Promise<Running> {
      await start?.()
      let end: (reason: string) => void = () => {}
      const ended = new Promise<string>((resolve) => {
        end = resolve
      })
      lives.push({ end })
      return { ended, stop: async () => end('stopped') }
    },
  }
  const states: State[] = []
  return { service, lives, states, tell: (state: State) => void states.push(state) }
}

const said = (states: readonly State[]) => states.map(({ kind, note }) => `${kind} ${note}`.trim())

test('a service that dies is started again', async () => {
  const { service, lives, states, tell } = fake()
  const supervisor = supervise(service, tell)
  expect(await supervisor.settled).toBe(true)
  lives[0]?.end('It fell over.')
  await vi.waitFor(() => expect(lives).toHaveLength(2), 10_000)
  await supervisor.stop()
  expect(said(states)).toEqual([
    'starting',
    'running serving',
    'waiting It fell over. Starting it again in 1 s.',
    'starting',
    'running serving',
    'stopped',
  ])
})

test('one that never starts is given up after growing pauses, with the reason', async () => {
  const { service, states, tell } = fake(async () => {
    throw new Error('No room.')
  })
  const pauses: number[] = []
  const supervisor = supervise(service, tell, async (ms) => void pauses.push(ms))
  expect(await supervisor.settled).toBe(false)
  expect(said(states).at(-1)).toBe('failed No room. Given up after 6 attempts.')
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000])
})

test('stopping ends one that is still starting', async () => {
  let go = () => {}
  const { service, lives, states, tell } = fake(
    () =>
      new Promise((resolve) => {
        go = resolve
      }),
  )
  const supervisor = supervise(service, tell)
  const stopped = supervisor.stop()
  go()
  await stopped
  expect(lives).toHaveLength(1)
  expect(await supervisor.settled).toBe(false)
  expect(said(states).at(-1)).toBe('stopped')
})

test('stopping does not wait for a pause to be over', async () => {
  const { service, lives, tell } = fake()
  const supervisor = supervise(service, tell)
  await supervisor.settled
  lives[0]?.end('It fell over.')
  await supervisor.stop()
  expect(lives).toHaveLength(1)
})
