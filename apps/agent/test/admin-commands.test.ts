import { describe, expect, test } from 'vitest'
import { localConsole } from './local-console.ts'

describe('warren peer add for a peer that is there', () => {
  test('does nothing when all is as asked for', async () => {
    const warren = await localConsole()
    const { printed, asked } = await warren('peer', 'add', 'bo', '--cidr', 'eng', '--json')
    expect(JSON.parse(printed)).toMatchObject({ changed: false, peer: { name: 'bo' } })
    expect(asked).toEqual([])
  })

  test('makes it an admin peer when that is what differs, once', async () => {
    const warren = await localConsole()
    const line = ['peer', 'add', 'bo', '--cidr', 'eng', '--admin', '--json']
    const first = await warren(...line)
    expect(JSON.parse(first.printed)).toMatchObject({ changed: true, peer: { isAdmin: true } })
    expect(first.asked).toEqual([{ verb: 'peer.edit', input: { networkId: 1, peerId: 8, isAdmin: true } }])
    expect(JSON.parse((await warren(...line)).printed)).toMatchObject({ changed: false })
  })

  test.each([
    [['--cidr', 'lab'], 'There is a peer bo already, but not in lab; warren peer move bo lab moves it.'],
    [
      ['--cidr', 'eng', '--device'],
      'There is a peer bo already, but it is a node with the agent, which no peer stops being.',
    ],
    [
      ['--cidr', 'eng', '--listen-port', '4000'],
      'There is a peer bo already, but it listens on a port of its own choice; warren set-listen-port on that node gives it another one.',
    ],
    [
      ['--cidr', 'eng', '--address', '10.42.1.21', '--admin'],
      'There is a peer bo already, but at 10.42.1.20; warren peer move bo eng moves it with --address.',
    ],
  ])('with %j is refused, and changes nothing', async (words, sentence) => {
    const warren = await localConsole()
    const { failure, asked } = await warren('peer', 'add', 'bo', ...words)
    expect({ failure, asked }).toEqual({ failure: sentence, asked: [] })
  })
})

test('a CIDR that is there, but below another one, is refused with the one that it is in', async () => {
  const warren = await localConsole()
  const { failure } = await warren('cidr', 'add', 'lab', '--parent', 'acme', '--prefix', '10.42.1.0/28')
  expect(failure).toBe('lab is there already, but in eng, not in acme.')
  const again = await warren('cidr', 'add', 'lab', '--parent', 'eng', '--prefix', '10.42.1.0/28', '--json')
  expect(JSON.parse(again.printed)).toMatchObject({ changed: false, cidr: { name: 'lab' } })
})

test.each([
  [['peer', 'add', 'cy', '--cidr', 'eng', '--listen-port', 'abc'], /^"abc" is not a port/],
  [['peer', 'add', 'cy', '--cidr', 'eng', '--listen-port', '0'], /^"0" is not a port/],
  [['cidr', 'add', 'den', '--size', 'abc'], /^--size is a whole number, and "abc" is none\.$/],
  [['network', 'edit', '--poll-hold', '5s'], /^--poll-hold is a whole number, and "5s" is none\.$/],
  [['network', 'edit', '--rotate-days', 'never'], /^--rotate-days is a whole number or none, and not "never"\.$/],
  [['network', 'edit', '--relay', 'on'], /^Say yes or no, not on\.$/],
  [['network', 'edit'], /^Say what is to be changed/],
  [['peer', 'edit', 'bo', '--poll-hold', ''], /^--poll-hold is a whole number or network, and not ""\.$/],
  [['peer', 'edit', 'bo'], /^Say what is to be changed/],
])('%j is refused in one sentence', async (words, sentence) => {
  const warren = await localConsole()
  const { failure, asked } = await warren(...words)
  expect(failure).toMatch(sentence)
  expect(asked).toEqual([])
})

describe('warren network', () => {
  test('edit sends what was given, and only when it is not so already', async () => {
    const warren = await localConsole()
    const line = [
      'network',
      'edit',
      '--poll-hold',
      '20',
      '--poll-every',
      '600',
      '--relay',
      'no',
      '--dns',
      'yes',
      '--json',
    ]
    const first = await warren(...line)
    expect(first.asked).toEqual([
      {
        verb: 'network.edit',
        input: { networkId: 1, pollHoldS: 20, pollEveryS: 600, relay: false, dns: true },
      },
    ])
    expect(JSON.parse(first.printed)).toMatchObject({ changed: true, network: { pollHoldS: 20, dns: true } })
    const second = await warren(...line)
    expect(JSON.parse(second.printed)).toMatchObject({ changed: false, network: { pollEveryS: 600 } })
    expect(second.asked).toEqual([])
    expect((await warren('network', 'edit', '--poll-every', 'none')).said).toEqual(['acme is changed'])
  })

  test('show tells the settings, to people and to programs', async () => {
    const warren = await localConsole()
    expect((await warren('network', 'show')).printed).toMatch(/^polls +held for up to 50 s$/m)
    expect(JSON.parse((await warren('network', 'show', '--json')).printed)).toMatchObject({ name: 'acme', relay: true })
  })
})

test('warren peer edit gives a peer its own way of polling, and takes it back', async () => {
  const warren = await localConsole()
  const own = await warren('peer', 'edit', 'bo', '--poll-every', '3600', '--json')
  expect(JSON.parse(own.printed)).toMatchObject({ changed: true, peer: { pollEveryS: 3600 } })
  expect(own.asked).toEqual([{ verb: 'peer.edit', input: { networkId: 1, peerId: 8, pollEveryS: 3600 } }])
  const back = await warren('peer', 'edit', 'bo', '--poll-every', 'network', '--json')
  expect(JSON.parse(back.printed)).toMatchObject({ changed: true, peer: { pollEveryS: null } })
  const again = await warren('peer', 'edit', 'bo', '--poll-every', 'network', '--json')
  expect(JSON.parse(again.printed)).toMatchObject({ changed: false })
})
