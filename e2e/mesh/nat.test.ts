import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { both, expectedMatrix, untilReach } from '../lab/reach.ts'
import { hubAddresses } from '../lab/stack.ts'
import { blockUdp, publicAddress, publicAddress6 } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { everywhere, type NatTown, natTown } from './nat-town.ts'

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
