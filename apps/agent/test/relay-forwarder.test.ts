import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { FromHub, OpenRelay } from '@warren/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { Relays } from '../src/hub/relay/relays.ts'
import { type RelayTexts, relaySettings } from '../src/hub/relay/settings.ts'
import { CommandFailure } from '../src/system/command-failure.ts'
import { envIn, key } from './cast.ts'
import { data, handshake } from './relay-packets.ts'
import { temporaryDirectory, until } from './temporary.ts'

const NETWORK = {
  id: 1,
  name: 'acme',
  interface: 'acme',
  hubPeerId: 1,
  address: '10.42.0.1',
  prefix: '10.42.0.0/16',
  address6: null,
  prefix6: null,
  listenPort: 51820,
  listenPortBefore: null,
  apiPort: 51820,
  keepaliveS: 25,
  publicKey: null,
  dns: false,
}
const side = (peer: number, name: string) => ({ peer, key: key(name) })
const pairOf = (a: ReturnType<typeof side>, b: ReturnType<typeof side>) => ({ a, b })
const PAIR = pairOf(side(7, 'ana'), side(8, 'bo'))
const OTHER = pairOf(side(7, 'ana'), side(9, 'cy'))

/** A socket on loopback that keeps what it hears. */
async function speaker() {
  const socket: Socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  const heard: string[] = []
  socket.on('message', (packet) => heard.push(packet.readUInt32LE(0) === 4 ? packet.toString('utf8', 32) : 'handshake'))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { heard, send: (packet: Buffer, port: number) => socket.send(packet, port, '127.0.0.1') }
}

/** Relays on ports that no other test of this machine is likely to have; those that are taken are passed over anyway. */
async function stage(texts: RelayTexts = {}, from = { dir: '', first: 0 }) {
  const dir = from.dir || (await temporaryDirectory())
  const first = from.first || 2 * Math.floor(10_000 + Math.random() * 5_000)
  const told: Extract<FromHub, { kind: 'relays' }>[] = []
  const rules: string[] = []
  const relays = new Relays({
    env: envIn(dir),
    run: async (file, args, stdin) => {
      if (file === 'ip') return '[{"dst":"127.0.0.1","dev":"lo","prefsrc":"127.0.0.1"}]'
      if (args[0] === 'list') throw new CommandFailure([file], { exitCode: 1, missing: false, stderr: '' })
      rules.push(stdin ?? '')
      return ''
    },
    settings: relaySettings({ ports: `${first}-${first + 39}`, ...texts }),
    log: () => {},
    endpointOf: () => null,
    tell: (message) => {
      if (message.kind === 'relays') told.push(message)
    },
    portsInUse: () => new Set(),
  })
  onTestFinished(() => relays.close(true))
  await relays.load()
  await relays.serve(NETWORK)
  const open = (): OpenRelay => {
    const [one] = told.at(-1)?.open ?? []
    if (!one) throw new Error('nothing is open')
    return one
  }
  return { relays, told, rules, open, dir, first }
}

/** Ana and bo, who have met through the relay. */
async function meet({ portA, portB }: OpenRelay) {
  const [ana, bo] = [await speaker(), await speaker()]
  const hears = async (who: typeof ana, what: string, say: () => void): Promise<void> => {
    // Loopback may lose a packet on a busy machine too: say it again.
    await until(async () => {
      say()
      await new Promise((resolve) => setTimeout(resolve, 5))
      return who.heard.includes(what)
    })
  }
  await hears(ana, 'handshake', () => {
    ana.send(handshake('initiation', { to: key('bo'), index: 1 }), portA)
    bo.send(handshake('initiation', { to: key('ana'), index: 2 }), portB)
  })
  await hears(bo, 'hello bo', () => {
    ana.send(handshake('response', { to: key('bo'), index: 3, answers: 2 }), portA)
    ana.send(data('hello bo'), portA)
  })
  await hears(ana, 'hello ana', () => bo.send(data('hello ana'), portB))
  return { ana, bo, hears }
}

test('two sockets meet through the relay; a third one is heard by nobody and takes nothing over', async () => {
  const { relays, open } = await stage()
  await relays.set(1, [PAIR])
  const { portA, portB } = open()
  const { ana, bo, hears } = await meet({ a: 7, b: 8, portA, portB })
  const mallory = await speaker()
  for (let i = 0; i < 20; i += 1) {
    mallory.send(data('from mallory'), portA)
    mallory.send(handshake('initiation', { to: key('bo'), index: 50 + i }), portA)
    mallory.send(handshake('response', { to: key('ana'), index: 70, answers: 50 + i }), portB)
    mallory.send(data('from mallory'), portB)
  }
  await hears(bo, 'still here', () => ana.send(data('still here'), portA))
  await hears(ana, 'me too', () => bo.send(data('me too'), portB))
  expect([...ana.heard, ...bo.heard]).not.toContain('from mallory')
  expect(mallory.heard).not.toContain('me too')
})

test('a relay that ends is silent at once, and its ports are free', async () => {
  const { relays, told, open } = await stage()
  await relays.set(1, [PAIR])
  const { portA, portB } = open()
  const { ana, bo } = await meet({ a: 7, b: 8, portA, portB })
  await relays.set(1, [])
  expect(told.at(-1)).toEqual({ kind: 'relays', network: 1, open: [], refused: null })
  const free = createSocket('udp6')
  free.bind(portA)
  await once(free, 'listening')
  free.close()
  bo.heard.length = 0
  for (let i = 0; i < 20; i += 1) ana.send(data('after the end'), portA)
  await relays.set(1, [PAIR])
  // Opened anew, it knows nobody.
  for (let i = 0; i < 20; i += 1) ana.send(data('after the end'), open().portA)
  await meet(open())
  expect(bo.heard).toEqual([])
})

test('who stays keeps its ports; who finds none is told why, and gets one when it is free', async () => {
  const { relays, told, first } = await stage()
  const pairs = Array.from({ length: 25 }, (_, at) => pairOf(side(7, 'ana'), side(100 + at, `p${at}`)))
  await relays.set(1, pairs)
  const all = told.at(-1)
  expect(all?.open.length).toBeLessThanOrEqual(20)
  expect(all?.refused).toMatch(
    new RegExp(
      `^The hub's UDP ports ${first}-${first + 39} hold ${all?.open.length} relays and no more; \\d+ more pairs wait`,
    ),
  )
  const [, second] = all?.open ?? []
  await relays.set(1, [OTHER, ...pairs.slice(1, 3)])
  const fewer = told.at(-1)
  expect(fewer?.refused).toBe(null)
  expect(fewer?.open).toContainEqual(second)
  expect(fewer?.open.map(({ b }) => b).sort()).toEqual([101, 102, 9])
})

test('a port that another program has is passed over', async () => {
  const { relays, open, told } = await stage()
  await relays.set(1, [PAIR])
  const { portA } = open()
  await relays.set(1, [])
  const other = createSocket('udp6')
  onTestFinished(() => void other.close())
  other.bind(portA + 1)
  await once(other, 'listening')
  await relays.set(1, [PAIR])
  expect(open().portA).not.toBe(portA)
  expect(told.at(-1)?.refused).toBe(null)
})

test('a start finds the same ports and both sides again, before anybody speaks', async () => {
  const before = await stage()
  await before.relays.set(1, [PAIR])
  const relay = before.open()
  const { ana, bo, hears } = await meet(relay)
  await before.relays.save()
  await before.relays.close(false)
  const after = await stage({}, before)
  expect(after.open()).toEqual(relay)
  await hears(bo, 'as before', () => ana.send(data('as before'), relay.portA))
  await after.relays.greet(1)
  expect(after.told.at(-1)?.open).toEqual([relay])
  await after.relays.leave(1)
  await after.relays.save()
  const empty = await stage({}, before)
  expect(empty.told.at(-1)?.open).toEqual([])
})

test('a hub whose relays are off says so to whoever wants one', async () => {
  const { relays, told } = await stage({ ports: 'off' })
  expect(told.at(-1)).toMatchObject({ open: [], refused: null })
  await relays.set(1, [PAIR])
  expect(told.at(-1)).toMatchObject({ open: [], refused: 'This hub relays nobody: WARREN_RELAY_PORTS is off.' })
})

test('what is told twice is done once', async () => {
  const { relays, told } = await stage()
  await relays.set(1, [PAIR])
  const { length } = told
  await relays.set(1, [PAIR])
  expect(told.length).toBe(length)
})

test('more than the bound is lost, and nothing waits', async () => {
  const { relays, open } = await stage({ pairMbit: '1' })
  await relays.set(1, [PAIR])
  const relay = open()
  const { ana, bo } = await meet(relay)
  bo.heard.length = 0
  const began = performance.now()
  // 2,000 packets of 1,000 bytes: 16 times what a second may hold.
  for (let burst = 0; burst < 40; burst += 1) {
    for (let i = 0; i < 50; i += 1) ana.send(data('x'.repeat(968)), relay.portA)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await new Promise((resolve) => setTimeout(resolve, 50))
  const seconds = (performance.now() - began) / 1000
  const allowed = 96_000 + seconds * 125_000
  expect(bo.heard.length).toBeGreaterThan(0)
  expect(bo.heard.length * 1000).toBeLessThanOrEqual(allowed)
})
