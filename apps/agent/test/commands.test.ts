import { Refusal } from '@warren/protocol'
import type { Command } from 'commander'
import { expect, test, vi } from 'vitest'
import type { Context } from '../src/commands/context.ts'
import { listing, shortText, withSelf } from '../src/commands/list.ts'
import { outlineOf, walk } from '../src/commands/outline.ts'
import { program } from '../src/commands/program.ts'
import { statusText } from '../src/commands/status.ts'
import { statusOf } from '../src/commands/status-facts.ts'
import { ago, bytes, table } from '../src/commands/table.ts'
import { treeText } from '../src/commands/tree-text.ts'
import { whichJoined, whichNetwork } from '../src/commands/which-network.ts'
import { exitCodeOf, Failure, sentenceOf } from '../src/failure.ts'
import { saveConfig } from '../src/state/config.ts'
import type { DaemonStatus } from '../src/state/daemon-status.ts'
import { CommandFailure } from '../src/system/command-failure.ts'
import { CONFIG, envIn, HUB, key, live, peer, viewOf } from './cast.ts'
import { temporaryDirectory } from './temporary.ts'

const view = viewOf([peer(8, 'bo'), peer(10, 'cy'), peer(12, 'di', { cidr: 99 })])
const saved = { view, endpoints: new Map(), savedAt: '' }
const now = { monotonicMs: 0, unixS: 1_700_000_000 }
const device = {
  publicKey: key('ana'),
  listenPort: 40001,
  peers: [
    { ...live('x'), key: HUB.key, endpoint: '203.0.113.10:51820', handshakeAt: 1_699_999_990, rx: 2048, tx: 1_500_000 },
    { ...live('bo'), endpoint: '198.51.100.8:40002', handshakeAt: 1_699_990_000, rx: 5, tx: 7 },
  ],
}

const told: DaemonStatus = {
  phase: 'current',
  sentence: null,
  contactAt: '2023-11-14T22:13:10.000Z',
  revision: 5,
  paths: [],
}

test('status names a path through the hub and its reason, also while a direct one is being tried', () => {
  const relay = '203.0.113.10:52000'
  const relayed = { ...saved, view: { ...saved.view, self: { ...saved.view.self, relays: [{ peer: 8, at: relay }] } } }
  const paths = [{ peer: 8, via: 'relay' as const, tried: ['198.51.100.8:40002'] }]
  const status = statusOf({
    config: CONFIG,
    saved: relayed,
    device,
    daemon: { pid: 99, told: { ...told, paths } },
    now,
  })
  expect(status.peers.find(({ name }) => name === 'bo')).toMatchObject({ path: 'relay', endpoint: relay })
  expect(statusText(status, now.unixS)).toContain(
    'bo is relayed by the hub: no direct endpoint answered (tried 198.51.100.8:40002).',
  )
})

test('status says what was tried in vain, and what a person chose', () => {
  const endpoints = [{ peer: 8, name: 'bo', at: 'bo.example.org:7' }]
  const status = statusOf({
    config: { ...CONFIG, settings: { hosts: true, endpoints } },
    saved: { ...saved, view: { ...saved.view, self: { ...saved.view.self, poll: { holdS: 50, everyS: 600 } } } },
    device,
    daemon: { pid: 99, told: { ...told, paths: [{ peer: 8, via: 'none', tried: ['198.51.100.8:1'] }] } },
    now,
  })
  expect(status.peers.find(({ name }) => name === 'bo')).toMatchObject({
    path: 'none',
    reason: 'nothing answered (tried 198.51.100.8:1)',
    chosen: 'bo.example.org:7',
  })
  const text = statusText(status, now.unixS)
  expect(text).toContain('bo has no path: nothing answered (tried 198.51.100.8:1).')
  expect(text).toContain('bo is tried first at bo.example.org:7, as set on this node.')
  expect(text).toMatch(/polls\s+asks every 600 s/)
})

test('status tells each peer, where it is, and whether it answers', () => {
  const status = statusOf({
    config: CONFIG,
    saved,
    device,
    daemon: { pid: 99, told },
    now,
  })
  expect(status.peers.map(({ name, path, hub }) => [name, path, hub])).toEqual([
    ['hub', 'direct', true],
    ['bo', 'none', false],
    ['cy', 'none', false],
    ['di', 'none', false],
  ])
  expect(statusText(status, now.unixS)).toBe(`network    acme 10.42.0.0/16
this node  ana 10.42.1.7
interface  acme, up, UDP port 40001
hub        203.0.113.10:51820, console at 10.42.0.1:51820
revision   5
daemon     process 99, current, console heard 10 s ago
polls      held for up to 50 s

PEER  ADDRESS     PATH    ENDPOINT            HANDSHAKE  RECEIVED  SENT
hub   10.42.0.1   direct  203.0.113.10:51820  10 s ago   2.0 KiB   1.4 MiB
bo    10.42.1.8   none    198.51.100.8:40002  2 h ago    5 B       7 B
cy    10.42.1.10  none    –                   never      0 B       0 B
di    10.42.1.12  none    –                   never      0 B       0 B

cy has no path: no endpoint is known.
di has no path: no endpoint is known.
`)
})

test('status names the hub where it is sent to, and where it is known to be while the tunnel is down', () => {
  const moved = {
    ...device,
    peers: device.peers.map((one) => (one.key === HUB.key ? { ...one, endpoint: '203.0.113.20:51820' } : one)),
  }
  const endpointOn = (on: typeof device | null) =>
    statusOf({ config: CONFIG, saved, device: on, daemon: { pid: 99, told }, now }).hub.endpoint
  expect(endpointOn(moved)).toBe('203.0.113.20:51820')
  expect(endpointOn(null)).toBe(CONFIG.hub.endpoint)
})

test('status of a network that is down, without a daemon and without a view, says what to do', () => {
  const status = statusOf({ config: CONFIG, saved: null, device: null, daemon: { pid: null, told: null }, now })
  expect(status).toMatchObject({ up: false, revision: null, peers: [], daemon: { running: false } })
  const text = statusText(status, now.unixS)
  expect(text).toContain('down (warren up)')
  expect(text).toContain('not running (warren up acme --daemon)')
  expect(text).toContain('No peers can be reached from here yet.')
})

test('no secret is in what status prints for programs', () => {
  const text = JSON.stringify(statusOf({ config: CONFIG, saved, device, daemon: { pid: null, told: null }, now }))
  expect(text).not.toContain(CONFIG.peer['private-key'])
  expect(text).not.toContain(CONFIG.peer.secret)
})

test('the tree shows CIDRs by prefix, peers by address, and a peer whose CIDR is not told', () => {
  const { state, self } = withSelf(view)
  expect(treeText(state, self.id)).toBe(`acme 10.42.0.0/16
├── infra 10.42.0.0/24
│   └── · hub 10.42.0.1
└── eng 10.42.1.0/24
    ├── · ana 10.42.1.7 (this node)
    ├── · bo 10.42.1.8
    └── · cy 10.42.1.10
· di 10.42.1.12
`)
})

test('the list for programs marks this node and the hub', () => {
  const list = listing(withSelf(view))
  expect(list).toMatchObject({ network: 'acme', prefix: '10.42.0.0/16', revision: 5 })
  expect(list.peers.map((entry) => [entry.name, entry.self, entry.hub])).toEqual([
    ['ana', true, false],
    ['bo', false, false],
    ['cy', false, false],
    ['di', false, false],
    ['hub', false, true],
  ])
})

test('the short list has names and addresses alone', () => {
  expect(shortText(withSelf(view))).toBe(
    'ana  10.42.1.7\nbo   10.42.1.8\ncy   10.42.1.10\ndi   10.42.1.12\nhub  10.42.0.1\n',
  )
})

test('figures are for people', () => {
  expect([0, 1, 1023, 1024, 10_240, 5e9].map(bytes)).toEqual(['0 B', '1 B', '1023 B', '1.0 KiB', '10 KiB', '4.7 GiB'])
  expect([0, 119, 120, 7199, 7200, 172_800].map(ago)).toEqual([
    '0 s ago',
    '119 s ago',
    '2 min ago',
    '119 min ago',
    '2 h ago',
    '2 d ago',
  ])
  expect(
    table([
      ['a', 'b'],
      ['long', '–'],
    ]),
  ).toBe('a     b\nlong  –\n')
})

test.each([
  [new Failure('refused', 'x'), 1],
  [new Failure('usage', 'x'), 2],
  [new Failure('unreachable', 'x'), 3],
  [new Failure('machine', 'x'), 4],
  [new Failure('state', 'x'), 5],
  [new Refusal('expired', 'x'), 1],
  [new Refusal('unavailable', 'x'), 3],
  [new CommandFailure(['wg', 'show'], { exitCode: 1, missing: false, stderr: 'x' }), 4],
  [new Error('x'), 70],
])('%o ends with its exit code', (error, code) => {
  expect(exitCodeOf(error)).toBe(code)
})

test('a failed command says which one, how it ended, and what it said', () => {
  const failure = new CommandFailure(['ip', 'link', 'show'], {
    exitCode: 1,
    missing: false,
    stderr: 'Device "x" does not exist.\n',
  })
  expect(sentenceOf(failure)).toBe('ip link show exited with 1: Device "x" does not exist.')
})

test('a network need not be named while there is only one', async () => {
  const env = envIn(await temporaryDirectory())
  await expect(whichNetwork(env, undefined)).rejects.toThrow(/in no network yet/)
  await saveConfig(env, CONFIG)
  expect(await whichJoined(env, undefined)).toEqual(CONFIG)
  await expect(whichNetwork(env, 'beta')).rejects.toThrow('This node is not in a network beta; it is in acme.')
  await expect(whichNetwork(env, '../../etc/passwd')).rejects.toThrow(/not in a network/)
  await saveConfig(env, { ...CONFIG, network: { ...CONFIG.network, name: 'beta', interface: 'beta' } })
  await expect(whichNetwork(env, undefined)).rejects.toThrow(
    'This node is in acme and beta; say which of them is meant.',
  )
})

test('a daemon has no JSON to answer with', async () => {
  const commands = await program({} as Context, 'up')
  await expect(commands.parseAsync(['node', 'warren', 'up', 'acme', '--daemon', '--json'])).rejects.toThrow(
    'A daemon has no answer to give as JSON; ask warren status --json while it runs.',
  )
})

test('every command has --json, except what serves, and what prints a text made for something else', async () => {
  const commands = walk(outlineOf(await program({} as Context))).filter(({ outline }) => outline.commands.length === 0)
  const without = commands.filter(({ outline }) => !outline.options.some(({ long }) => long === '--json'))
  expect(without.map(({ outline }) => outline.name)).toEqual(['completion', 'man', 'names', 'hub'])
})

test('a command line that is wrong ends with 2 and says how', async () => {
  const said: string[] = []
  const ended = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`)
  })
  const context = { say: (line: string) => said.push(line) } as unknown as Context
  const warren: Command = await program(context)
  expect(() => warren.parse(['node', 'warren', 'jion'])).toThrow('exit 2')
  expect(said[0]).toMatch(/unknown command 'jion'/)
  ended.mockRestore()
})
