import type { Host } from '../lab/host.ts'
import type { Lab } from '../lab/lab.ts'
import { built } from '../lab/places.ts'

/** Writes down what comes to UDP ports: how many packets, of which kinds (their first byte), and whether one holds the marker. */
const LISTEN = `
const [address, marker, ...ports] = process.argv.slice(1)
const seen = { packets: 0, kinds: {}, marked: 0 }
for (const port of ports) {
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (packet) => {
    seen.packets += 1
    seen.kinds[packet[0]] = (seen.kinds[packet[0]] ?? 0) + 1
    if (packet.includes(marker)) seen.marked += 1
  })
  socket.bind(Number(port), address)
}
setInterval(() => console.log('seen ' + JSON.stringify(seen)), 100)
`

export type Tapped = { packets: number; kinds: Record<string, number>; marked: number }

/**
 * Copies each packet that comes in at a host's `device` for one of these UDP ports to a host made for that, which has the
 * same addresses, and gives what was seen there so far.
 */
export async function tap(
  lab: Lab,
  victim: Host,
  what: { device: string; address: string; ports: readonly number[]; marker: string },
): Promise<{ seen(): Tapped; end(): Promise<void> }> {
  const { device, address, ports, marker } = what
  const listener = await lab.host(`tap-${device}`)
  await lab.cable(listener, 'eth0', { host: victim, port: 'tap0' })
  const mac = (await victim.must('cat', [`/sys/class/net/${device}/address`])).trim()
  await listener.sh(
    `ip link set eth0 ${mac === '' ? '' : `address ${mac}`} up; ip addr add ${address}/32 dev eth0
     ip route add default dev eth0; sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0`,
  )
  const input = `
table netdev tap {
  chain in {
    type filter hook ingress device "${device}" priority -500; policy accept;
    udp dport { ${ports.join(', ')} } dup to "tap0"
  }
}
`
  await victim.must('nft', ['-f', '-'], { input })
  const program = await listener.start('a tap', [built.node, '-e', LISTEN, address, marker, ...ports.map(String)])
  await program.says(/seen/)
  return {
    seen: () => JSON.parse([...program.output.matchAll(/seen (\{.*\})/g)].at(-1)?.[1] ?? '{}'),
    async end() {
      await victim.must('nft', ['delete', 'table', 'netdev', 'tap'])
      await listener.powerOff()
    },
  }
}
