import { PublicKey } from '@warren/protocol'
import type { Host } from '../lab/host.ts'
import { built } from '../lab/places.ts'
import { until } from '../lab/until.ts'

/** WireGuard on a host, without an agent. */
export type PlainPeer = { readonly host: Host; readonly id: number; readonly key: PublicKey; readonly address: string }

const DEVICE = 'wg0'

/** Makes a WireGuard interface with a key of its own and the address 10.99.0.`id`. */
export async function plainPeer(host: Host, id: number): Promise<PlainPeer> {
  const secret = await host.must('wg', ['genkey'])
  const key = PublicKey.parse((await host.must('wg', ['pubkey'], { input: secret })).trim())
  const file = await host.file('wg0.key', secret)
  const address = `10.99.0.${id}`
  await host.sh(
    `ip link add ${DEVICE} type wireguard 2>/dev/null || wireguard-go ${DEVICE}
     wg set ${DEVICE} private-key ${file}
     ip addr add ${address}/24 dev ${DEVICE}; ip link set mtu 1420 up dev ${DEVICE}`,
  )
  return { host, id, key, address }
}

/** Sends to `peer` at `endpoint`, and begins with a handshake: what was with it before is gone. */
export async function aim(from: PlainPeer, peer: PlainPeer, endpoint: string): Promise<void> {
  const set = ['set', DEVICE, 'peer', peer.key]
  await from.host.must('wg', [...set, 'remove'])
  const about = ['allowed-ips', `${peer.address}/32`, 'endpoint', endpoint, 'persistent-keepalive', '5']
  await from.host.must('wg', [...set, ...about])
}

/** Bytes that came from a peer so far. */
export async function received(by: PlainPeer, from: PlainPeer): Promise<number> {
  const text = await by.host.must('wg', ['show', DEVICE, 'transfer'])
  const line = text.split('\n').find((one) => one.startsWith(from.key))
  return Number(line?.split('\t')[1])
}

/** How many of 20 pings a peer answers. */
export async function answers(from: PlainPeer, to: { address: string }): Promise<number> {
  const { stdout } = await from.host.run('ping', ['-n', '-q', '-i', '0.05', '-c', '20', '-W', '2', to.address])
  return Number(/ (\d+) received/.exec(stdout)?.[1])
}

/** Waits until each reaches the other. WireGuard itself asks again every 5 s only, and after 15 s of silence. */
export async function reach(a: PlainPeer, b: PlainPeer): Promise<void> {
  await until(
    `${a.address} and ${b.address} to reach each other`,
    async () => {
      const pings = [
        [a, b],
        [b, a],
      ] as const
      const ran = pings.map(([from, to]) => from.host.run('ping', ['-n', '-c', '1', '-W', '1', to.address]))
      return (await Promise.all(ran)).every(({ exitCode }) => exitCode === 0)
    },
    45_000,
  )
}

const TAKE = `
const server = require('node:net').createServer((socket) => {
  let bytes = 0
  const from = performance.now()
  socket.on('data', (part) => { bytes += part.length })
  socket.on('end', () => { socket.end(); console.log('took ' + bytes + ' in ' + (performance.now() - from)) })
})
server.listen({ host: '0.0.0.0', port: 7100 }, () => console.log('listening'))
`
const GIVE = `
const [host, bytes] = process.argv.slice(1)
const socket = require('node:net').connect({ host, port: 7100 }, () => socket.end(Buffer.alloc(Number(bytes))))
socket.on('close', () => process.exit(0))
socket.resume()
`

/** Seconds that a TCP connection took to bring so many bytes from one to the other, as the one that takes them sees it. */
export async function transfer(from: PlainPeer, to: PlainPeer, bytes: number): Promise<number> {
  const taker = await to.host.start('a taker', [built.node, '-e', TAKE])
  await taker.says(/listening/)
  await from.host.must(built.node, ['-e', GIVE, to.address, String(bytes)])
  await taker.says(new RegExp(`took ${bytes} in`))
  const ms = Number(/took \d+ in ([\d.]+)/.exec(taker.output)?.[1])
  await taker.stop()
  return ms / 1000
}
