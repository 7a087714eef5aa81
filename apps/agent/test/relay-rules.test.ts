import { expect, test } from 'vitest'
import { PortBefore, withoutTakenPorts } from '../src/hub/port-before.ts'
import { KernelPath } from '../src/hub/relay/kernel-path.ts'
import { CommandFailure } from '../src/system/command-failure.ts'
import type { Run } from '../src/system/run.ts'
import { portRules } from '../src/wireguard/port-before.ts'
import { relayRules } from '../src/wireguard/relay-rules.ts'
import { mainRoutes } from '../src/wireguard/routes.ts'

const ROUTES: Record<string, object> = {
  '203.0.113.7': { dst: '203.0.113.7', gateway: '198.51.100.1', dev: 'eth0', prefsrc: '198.51.100.10' },
  '192.0.2.8': { dst: '192.0.2.8', dev: 'lan-1', prefsrc: '192.0.2.10' },
  '2001:db8::7': { dst: '2001:db8::7', gateway: 'fe80::1', dev: 'eth0', prefsrc: '2001:db8::10' },
  '2001:db8::8': { dst: '2001:db8::8', dev: 'eth0', prefsrc: '2001:db8::10' },
  '192.0.2.99': { dst: '192.0.2.99', dev: 'ppp0', prefsrc: '192.0.2.98' },
  '127.0.0.1': { type: 'local', dst: '127.0.0.1', dev: 'lo', prefsrc: '127.0.0.1' },
}

/** Of devices that have not the usual one. */
const MTUS: Record<string, number> = { ppp0: 1400 }

const TEXT = `table netdev warren_relay
delete table netdev warren_relay
table netdev warren_relay {
  limit total {
    rate over 48828 kbytes/second burst 4883 kbytes
  }
  limit pair52000 {
    rate over 977 kbytes/second burst 98 kbytes
  }
  chain from52000 {
    limit rate 6/minute burst 1 packets return
    limit name "pair52000" drop
    limit name "total" drop
    ip saddr set 192.0.2.10
    ip daddr set 192.0.2.8
    udp sport set 52001
    udp dport set 41008
    fwd ip to 192.0.2.8 device "lan-1"
  }
  chain from52001 {
    limit rate 6/minute burst 1 packets return
    limit name "pair52000" drop
    limit name "total" drop
    ip saddr set 198.51.100.10
    ip daddr set 203.0.113.7
    udp sport set 52000
    udp dport set 41007
    fwd ip to 198.51.100.1 device "eth0"
  }
  chain relay {
    udp length < 40 return
    @th,64,32 != 0x04000000 return
    ip frag-off & 0x3fff != 0 return
    ip saddr . udp sport . ip daddr . udp dport vmap {
      203.0.113.7 . 41007 . 198.51.100.10 . 52000 : goto from52000,
      192.0.2.8 . 41008 . 192.0.2.10 . 52001 : goto from52001
    }
  }
  chain in0 {
    type filter hook ingress device "eth0" priority filter; policy accept;
    udp dport 52000-52001 jump relay
  }
  chain in1 {
    type filter hook ingress device "lan-1" priority filter; policy accept;
    udp dport 52000-52001 jump relay
  }
}
`

const REMOVAL = 'table netdev warren_relay\ndelete table netdev warren_relay\n'

/** A kernel path on a machine whose nft keeps what it is told. */
function stage() {
  const tape: string[] = []
  const state = { table: '', broken: false }
  const log: string[] = []
  const path = new KernelPath({
    run: async (file, args, stdin) => {
      const fail = (): never => {
        throw new CommandFailure([file, ...args], { exitCode: 1, missing: false, stderr: 'Error: no' })
      }
      if (args[1] === 'link') return JSON.stringify([{ mtu: MTUS[args.at(-1) ?? ''] ?? 1500 }])
      if (file === 'ip') return JSON.stringify([ROUTES[args.at(-1) ?? ''] ?? fail()])
      if (args[0] === 'list') return state.table || fail()
      if (state.broken && stdin !== REMOVAL) fail()
      tape.push(stdin ?? '')
      state.table = stdin === REMOVAL ? '' : (stdin ?? '')
      return ''
    },
    pairRate: 1_000_000,
    totalRate: 50_000_000,
    log: (line) => log.push(line),
  })
  const pair = (slot: number, a: string, b: string) => ({
    slot,
    at: [
      { address: a, port: 41007 },
      { address: b, port: 41008 },
    ] as const,
  })
  return { path, tape, state, log, pair }
}

test('the rules are one text: exact ends, data packets only, bounded, out where the route says', async () => {
  const { path, tape, pair } = stage()
  await path.set([pair(52000, '203.0.113.7', '192.0.2.8')])
  expect(tape).toEqual([TEXT])
})

test('IPv6 goes by its own words', () => {
  const route = { device: 'eth0', via: 'fe80::1', source: '2001:db8::10' }
  const text = relayRules({
    relays: [
      [
        { port: 52000, at: { address: '2001:db8::7', port: 1 }, route },
        { port: 52001, at: { address: '2001:db8::8', port: 2 }, route: { ...route, via: null } },
      ],
    ],
    pairRate: 1e6,
    totalRate: 1e6,
  })
  expect(text).toContain('fwd ip6 to 2001:db8::8 device "eth0"')
  expect(text).toContain('fwd ip6 to fe80::1 device "eth0"')
  expect(text).toContain('ip6 saddr . udp sport . ip6 daddr . udp dport vmap {')
  expect(text).not.toContain('ip saddr')
})

test('what has not changed is not written again, and what has ended is taken away', async () => {
  const { path, tape, pair } = stage()
  const one = pair(52000, '203.0.113.7', '192.0.2.8')
  await path.set([one])
  await path.set([one])
  expect(tape).toEqual([TEXT])
  await path.set([])
  expect(tape.slice(1)).toEqual([REMOVAL])
})

test('changes that come together are made together', async () => {
  const { path, tape, pair } = stage()
  const one = pair(52000, '203.0.113.7', '192.0.2.8')
  await Promise.all([path.set([]), path.set([pair(52002, '203.0.113.7', '192.0.2.8')]), path.set([one])])
  expect(tape).toEqual([TEXT])
})

test('what the kernel cannot do is left to the forwarder: two families, this machine, no route, a narrow line', async () => {
  const { path, tape, pair } = stage()
  await path.set([
    pair(52000, '203.0.113.7', '2001:db8::8'),
    pair(52002, '127.0.0.1', '192.0.2.8'),
    pair(52004, '203.0.113.7', '198.51.100.99'),
    pair(52008, '203.0.113.7', '192.0.2.99'),
    pair(52006, 'fe80::1%eth0', 'fe80::2%eth0'),
  ])
  expect(tape).toEqual([REMOVAL])
})

test('rules that somebody flushed come back, and so do those of a device that was made anew', async () => {
  const { path, tape, state, pair } = stage()
  await path.set([pair(52000, '203.0.113.7', '192.0.2.8')])
  await path.mend()
  expect(tape).toEqual([TEXT])
  state.table = ''
  await path.mend()
  expect(tape).toEqual([TEXT, TEXT])
  state.table = TEXT.replace(/ device "lan-1" priority/, ' priority')
  await path.mend()
  expect(tape).toEqual([TEXT, TEXT, TEXT])
})

test('rules that nft refuses leave none of before in force, are told once, and are tried again', async () => {
  const { path, tape, state, log, pair } = stage()
  await path.set([pair(52000, '203.0.113.7', '192.0.2.8')])
  state.broken = true
  await path.set([pair(52002, '203.0.113.7', '192.0.2.8')])
  await path.mend()
  expect(state.table).toBe('')
  expect(log).toEqual([expect.stringMatching(/^relays go through this process, not the kernel: /)])
  state.broken = false
  await path.mend()
  expect(tape.at(-1)).toContain('chain from52002')
})

test('the machine’s routes are a text that stays as it is while they do', async () => {
  const [first, second] = [await mainRoutes(), await mainRoutes()]
  expect(first).toBe(second)
  expect(first).toContain('Iface')
})

test('the port of before leads to the new one, and whoever sends there is answered from there', () => {
  expect(portRules({ device: 'acme-1', from: 51820, to: 51999 })).toBe(`table inet warren_port_acme_2d_1
delete table inet warren_port_acme_2d_1
table inet warren_port_acme_2d_1 {
  set before4 {
    type ipv4_addr . inet_service;
    size 65535; flags dynamic,timeout; timeout 3m;
  }
  set before6 {
    type ipv6_addr . inet_service;
    size 65535; flags dynamic,timeout; timeout 3m;
  }
  chain from_51820_to_51999 {
    type filter hook prerouting priority raw; policy accept;
    meta l4proto udp fib daddr type local jump arriving
  }
  chain arriving {
    udp dport 51999 delete @before4 { ip saddr . udp sport }
    udp dport 51999 delete @before6 { ip6 saddr . udp sport }
    udp dport 51820 update @before4 { ip saddr . udp sport }
    udp dport 51820 update @before6 { ip6 saddr . udp sport }
    udp dport 51820 udp dport set 51999
  }
  chain leaving {
    type filter hook postrouting priority 300; policy accept;
    udp sport 51999 ip daddr . udp dport @before4 udp sport set 51820
    udp sport 51999 ip6 daddr . udp dport @before6 udp sport set 51820
  }
}
`)
})

test('a port of before that another network listens on now is that network’s', () => {
  const network = (id: number, listenPort: number, listenPortBefore: number | null) => ({
    id,
    name: `net${id}`,
    interface: `net${id}`,
    hubPeerId: 1,
    address: '10.42.0.1',
    prefix: '10.42.0.0/16',
    address6: null,
    prefix6: null,
    listenPort,
    listenPortBefore,
    apiPort: 51820,
    keepaliveS: 25,
    publicKey: null,
    dns: false,
  })
  const served = withoutTakenPorts([network(1, 51999, 51820), network(2, 51820, null), network(3, 52003, 52002)])
  expect(served.map(({ listenPortBefore }) => listenPortBefore)).toEqual([null, null, 52002])
})

test('the rules of a port of before are made once, stand over a restart of the hub, and go with their reason', async () => {
  const tape: string[] = []
  let stands = false
  const run: Run = async (file, args, stdin) => {
    if (args[0] === 'list' && !stands) throw new CommandFailure([file], { exitCode: 1, missing: false, stderr: '' })
    if (args[0] === 'list') return ''
    stands = stdin?.includes('chain') ?? false
    tape.push(stands ? 'made' : 'removed')
    return ''
  }
  const moved = { interface: 'acme', listenPort: 51999, listenPortBefore: 51820 }
  const port = new PortBefore(run)
  await port.keep(moved)
  await port.keep(moved)
  await new PortBefore(run).keep(moved)
  expect(tape).toEqual(['made'])
  stands = false
  await port.keep(moved)
  await port.keep({ ...moved, listenPortBefore: null })
  await port.keep({ ...moved, listenPortBefore: null })
  expect(tape).toEqual(['made', 'made', 'removed'])
})
