import { describe, expect, test } from 'vitest'
import type { Context } from '../src/commands/context.ts'
import { diagnosis, firstBroken } from '../src/commands/diagnosis.ts'
import { walk } from '../src/commands/doctor.ts'
import { saveView } from '../src/state/saved-view.ts'
import { CONFIG, envIn, key, peer, SELF, secretOf, viewOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory } from './temporary.ts'

const BO = peer(8, 'bo', { ip6: 'fd42::8' })
const BOTH = { ip6: 'fd42::7', network: { ...SELF.network, prefix6: 'fd42::/48' } }
const LONG_AGO = 1_000_000

/** A node whose tunnels, to the hub and to bo, shake hands only when something is sent through them. */
async function idleNode() {
  const dir = await temporaryDirectory()
  const env = envIn(dir)
  await saveView(env, 'acme', { view: viewOf([BO], { self: BOTH }), endpoints: new Map(), pins: new Map() })
  const system = fakeSystem({ secretOf })
  const usual = { allowedIps: [], rx: 9, tx: 9, keepalive: 0, handshakeAt: LONG_AGO }
  const hub = { ...usual, endpoint: '203.0.113.10:51820' }
  const bo = { ...usual, endpoint: '198.51.100.8:40002' }
  const peers = new Map([
    [key('hub'), hub],
    [key('bo'), bo],
  ])
  system.devices.set('acme', { publicKey: key('ana'), port: 40001, up: true, mtu: 1420, addresses: [], peers })
  const shake = (one: typeof hub): void => {
    one.handshakeAt = Math.floor(Date.now() / 1000)
  }
  const pinged: string[] = []
  const tools: Context['tools'] = {
    ...system.tools(`${dir}/run`),
    run: async (file, args, stdin) => {
      if (file !== 'ping') return system.run(file, args, stdin)
      pinged.push(args.at(-1) ?? '')
      shake(bo)
      return ''
    },
  }
  const context: Context = { env, tools, print: () => {}, say: () => {} }
  const ask = async () => {
    shake(hub)
    return { answers: true, sentence: 'The console answers.' }
  }
  return { pinged, walkTo: (wanted: string) => walk({ context, config: CONFIG, wanted, ask }) }
}

test('a pair that had nothing to say is sent something before its handshake is judged, and so is the hub', async () => {
  const { walkTo } = await idleNode()
  const { status, looked, peer: bo } = await walkTo('bo')
  const running = { ...status, daemon: { ...status.daemon, running: true } }
  expect(firstBroken(diagnosis(running, looked, { wanted: 'bo', peer: bo }))).toBeNull()
})

describe('a peer is found, and pinged', () => {
  test.each([
    ['bo', ['10.42.1.8', 'fd42::8']],
    ['10.42.1.8', ['10.42.1.8']],
    ['fd42::8', ['fd42::8']],
    ['FD42:0::0008', ['fd42::8']],
  ])('by %s', async (wanted, addresses) => {
    const { walkTo, pinged } = await idleNode()
    expect((await walkTo(wanted)).peer?.name).toBe('bo')
    expect(pinged).toEqual(addresses)
  })
})
