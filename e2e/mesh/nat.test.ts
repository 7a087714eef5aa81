import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { both, expectedMatrix, untilReach } from '../lab/reach.ts'
import { hubAddresses } from '../lab/stack.ts'
import { blockUdp, publicAddress, publicAddress6 } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { flow } from './flow.ts'
import { everywhere, type NatTown, natTown } from './nat-town.ts'
import { tap } from './tap.ts'

/** Longer than any search for a path: candidates in turn, then the hub, then the direct ones again at intervals. */
const LIMIT_MS = 90_000

let place: NatTown

beforeAll(async () => {
  place = await natTown({ humans: '10.42.1.0/24', guests: '10.42.2.0/24' }, everywhere)
  await place.admin.associate('humans', 'guests')
}, 180_000)
afterAll(() => place?.close())

const plain = (text: string) => text.replaceAll('.', '\\.')
const at = (address: string) => new RegExp(`^\\[?${plain(address)}\\]?:`)
/** Any port of the hub but its own. */
const relayed = new RegExp(`^\\[?(${hubAddresses.map(plain).join('|')})\\]?:(?!51820$)`)

/** Who reaches whom where: from the first one's side, and from the second one's. */
const paths: [title: string, a: string, b: string, fromA: RegExp, fromB: RegExp][] = [
  ['two that are public', 'server', 'four', at(publicAddress(23)), at(publicAddress(21))],
  ['a gateway that keeps the port, and public', 'home', 'server', at(publicAddress(21)), at(publicAddress(201))],
  ['two gateways that keep the port', 'home', 'desk', at(publicAddress(202)), at(publicAddress(201))],
  ['a symmetric gateway, and public', 'hotel', 'server', at(publicAddress(21)), at(publicAddress(203))],
  ['two behind one gateway', 'desk', 'printer', at('192.168.202.11'), at('192.168.202.10')],
  ['behind two gateways in a row, and public', 'cabin', 'server', at(publicAddress(21)), at(publicAddress(205))],
  ['behind two gateways in a row, and behind another', 'cabin', 'home', at(publicAddress(201)), at(publicAddress(205))],
  ['IPv6 alone, and both families', 'six', 'server', at(publicAddress6(21)), at(publicAddress6(24))],
  ['two symmetric gateways', 'hotel', 'train', relayed, relayed],
  ['a gateway that keeps the port, and a symmetric one', 'home', 'hotel', relayed, relayed],
  ['UDP blocked in between', 'server', 'vault', relayed, relayed],
  ['IPv6 alone, and IPv4 alone', 'six', 'four', relayed, relayed],
]

describe('ten nodes in all kinds of places', () => {
  beforeAll(async () => {
    await blockUdp(place.stack.internet, 21, 22)
  })

  test('all reach each other', async () => {
    const snapshot = await place.admin.snapshot()
    const pingers = [...place.members, place.hub].map(({ name, host }) => ({ name, host, address: '' }))
    for (const one of pingers) one.address = snapshot.peers.find(({ name }) => name === one.name)?.address ?? ''
    const names = pingers.map(({ name }) => name)
    const all = both(...names.flatMap((a, i) => names.slice(i + 1).map((b) => `${a} ${b}`)))
    expect(expectedMatrix(snapshot, pingers)).toEqual(all)
    const from = performance.now()
    await untilReach(pingers, all, LIMIT_MS)
    console.log(`all of ${all.length} pairs after ${Math.round(performance.now() - from)} ms`)
  }, 120_000)

  test.each(paths)(
    '%s: %s and %s',
    async (_, a, b, fromA, fromB) => {
      let seen: (string | null)[] = []
      const from = performance.now()
      const found = async () => {
        seen = await Promise.all([place.endpoint(a, b), place.endpoint(b, a)])
        return fromA.test(seen[0] ?? '') && fromB.test(seen[1] ?? '')
      }
      await until(`${a} and ${b} to find that path`, found, LIMIT_MS).catch((cause: unknown) => {
        throw new Error(`${a} sends to ${seen[0]}, ${b} to ${seen[1]}`, { cause })
      })
      console.log(`${a} ${b}: ${seen.join(', ')} after ${Math.round(performance.now() - from)} ms more`)
      const { exitCode } = await place.member(a).host.run('ping', ['-n', '-q', '-c', '1', '-w', '20', place.address(b)])
      expect(exitCode).toBe(0)
    },
    120_000,
  )
})

/** Waits until both send to each other where `path` says; how long that took, in ms. */
async function untilPath(a: string, b: string, path: RegExp): Promise<number> {
  const from = performance.now()
  const found = async () => {
    const both = await Promise.all([place.endpoint(a, b), place.endpoint(b, a)])
    return both.every((one) => path.test(one ?? ''))
  }
  await until(`${a} and ${b} to use ${path}`, found, LIMIT_MS)
  return Math.round(performance.now() - from)
}

const host = (name: string) => place.member(name).host
const answers = async (a: string, b: string) =>
  (await host(a).run('ping', ['-n', '-q', '-c', '1', '-W', '1', place.address(b)])).exitCode === 0

const MARKER = 'plainly readable'
const SAY = `
const [host, port, text] = process.argv.slice(1)
const socket = require('node:dgram').createSocket('udp4')
socket.send(text, Number(port), host, () => socket.close())
`

describe.concurrent('a relayed pair', () => {
  test('sends through the hub what nobody there can read', async () => {
    await untilPath('home', 'hotel', relayed)
    const ends = await Promise.all([place.endpoint('home', 'hotel'), place.endpoint('hotel', 'home')])
    const ports = ends.map((end) => Number(end?.split(':').at(-1)))
    const [address] = hubAddresses
    const { lab } = place.stack
    const wire = await tap(lab, place.hub.host, { device: 'eth0', address, ports, marker: MARKER })
    const pattern = Buffer.from(MARKER).toString('hex')
    const ping = ['-n', '-q', '-c', '20', '-i', '0.1', '-s', '400', '-p', pattern, place.address('hotel')]
    // A look for a direct path costs some of them, so there may have to be more.
    await until('both directions to be seen', async () => {
      const { exitCode } = await host('home').run('ping', ping)
      return exitCode === 0 && (wire.seen().kinds['4'] ?? 0) >= 40
    })
    expect(wire.seen().marked).toBe(0)
    // WireGuard's four kinds of packets, and nothing else.
    expect(Object.keys(wire.seen().kinds).filter((kind) => !['1', '2', '3', '4'].includes(kind))).toEqual([])
    // Said without a tunnel, the same words are seen: the tap does listen.
    await host('home').must(process.execPath, ['-e', SAY, address, String(ports[0]), MARKER])
    await until('the marker to be seen', () => wire.seen().marked === 1)
    await wire.end()
  }, 120_000)

  test('that may no longer reach each other is silent at once, although both agents sleep', async () => {
    await untilPath('hotel', 'train', relayed)
    await until('hotel and train to reach each other', () => answers('hotel', 'train'), LIMIT_MS)
    const daemons = ['hotel', 'train'].map((name) => place.member(name).daemon)
    for (const daemon of daemons) daemon.signal('SIGSTOP')
    expect(await answers('hotel', 'train')).toBe(true)
    await place.admin.dissociate('humans', 'guests')
    const from = performance.now()
    await until('no answer', async () => !(await answers('hotel', 'train')))
    console.log(`revoked: silent after ${Math.round(performance.now() - from)} ms, 1 s of it for the ping`)
    for (let n = 0; n < 5; n += 1) expect(await answers('hotel', 'train')).toBe(false)
    for (const daemon of daemons) daemon.signal('SIGCONT')
    await place.admin.associate('humans', 'guests')
    await until('hotel and train to reach each other', () => answers('hotel', 'train'), LIMIT_MS)
  }, 240_000)

  test('that finds no direct path any more keeps its connection, and goes back to it later', async () => {
    const [hub, direct] = [relayed, /^203\.0\.113\.(201|21):/]
    await untilPath('home', 'server', direct)
    const open = await flow(host('home'), host('server'), place.address('server'))
    await until('data to arrive', () => open.arrived() > 0)
    const unblock = await blockUdp(place.stack.internet, 201, 21)
    const cutMs = await untilPath('home', 'server', hub)
    const before = open.arrived()
    await until('data to arrive by way of the hub', () => open.arrived() > before + 100_000, LIMIT_MS)
    await unblock()
    const backMs = await untilPath('home', 'server', direct)
    const later = open.arrived()
    await until('data to arrive directly', () => open.arrived() > later + 100_000, LIMIT_MS)
    const { sent, bytes, wrong, gapMs } = await open.end()
    console.log(`relayed ${cutMs} ms after the cut, direct ${backMs} ms after it ended, longest silence ${gapMs} ms`)
    expect({ bytes, wrong }).toEqual({ bytes: sent, wrong: 0 })
  }, 300_000)
})
