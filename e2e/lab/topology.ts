import type { Host } from './host.ts'
import type { Lab } from './lab.ts'

/** RFC 5737 and RFC 3849: addresses for documentation, which no real host has. */
export const publicAddress = (i: number): string => `203.0.113.${i}`
export const publicAddress6 = (i: number): string => `2001:db8::${i}`
const GATEWAY = publicAddress(1)

/** The "internet": one bridge that public hosts hang on. */
export async function internet(lab: Lab): Promise<Host> {
  const host = await lab.host('internet')
  // nodad: duplicate address detection would take 1.6 s on each cable.
  await host.sh(
    `ip link add br0 type bridge; ip link set br0 up
     ip addr add ${GATEWAY}/24 dev br0; ip addr add ${publicAddress6(1)}/64 dev br0 nodad`,
  )
  return host
}

/** The families of addresses that a host has; both when left out. */
export type Families = 'IPv4 only' | 'IPv6 only'
type Attached = { internet: Host; port: string; i: number; only?: Families | undefined }

async function attach(lab: Lab, host: Host, { internet, port, i, only }: Attached): Promise<void> {
  const far = `p${i}`
  await lab.cable(host, port, { host: internet, port: far })
  await host.wired(async () => {
    await internet.must('ip', ['link', 'set', far, 'master', 'br0'])
    const four = `ip addr add ${publicAddress(i)}/24 dev ${port}; ip route add default via ${GATEWAY}`
    const six = `ip addr add ${publicAddress6(i)}/64 dev ${port} nodad`
    if (only !== 'IPv6 only') await host.sh(four)
    if (only !== 'IPv4 only') await host.sh(six)
  })
}

/** A host with the public address number `i`. */
export async function publicHost(
  lab: Lab,
  net: Host,
  { name, i, only }: { name: string; i: number; only?: Families },
): Promise<Host> {
  const host = await lab.host(name)
  await attach(lab, host, { internet: net, port: 'eth0', i, only })
  return host
}

/**
 * `cone` keeps the port and uses it towards everybody (endpoint-independent mapping); `symmetric` takes another random
 * port for each destination.
 */
export type NatKind = 'cone' | 'symmetric'

/** nft 1.0.6 wants each statement on a line of its own. */
const natRules = (kind: NatKind): string => `
table ip nat {
  chain post {
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade ${kind === 'symmetric' ? 'random,fully-random' : ''}
  }
}
table inet filter {
  chain input {
    type filter hook input priority 0; policy accept;
    # As real routers do. An unsolicited packet that is let in becomes a flow of the gateway's own, and the host behind
    # it then gets another port: punching never works.
    iifname "wan" ct state new drop
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "lan" oifname "wan" accept
  }
}
`

/** A gateway with the public address number `i` and the LAN 192.168.`i`.0/24 behind it. */
export async function natGateway(
  lab: Lab,
  net: Host,
  { name, i, kind }: { name: string; i: number; kind: NatKind },
): Promise<Host> {
  const host = await lab.host(name)
  await attach(lab, host, { internet: net, port: 'wan', i })
  await translating(host, i, kind)
  return host
}

/** A gateway behind the gateway number `lan`, as a carrier has it: 192.168.`i`.0/24 is translated twice. */
export async function innerGateway(
  lab: Lab,
  carrier: Host,
  { name, lan, i, kind }: { name: string; lan: number; i: number; kind: NatKind },
): Promise<Host> {
  const host = await lab.host(name)
  await plugIn(lab, host, { gateway: carrier, lan, i: 2, port: 'wan' })
  await translating(host, i, kind)
  return host
}

async function translating(host: Host, i: number, kind: NatKind): Promise<void> {
  await host.wired(async () => {
    // The bridge must not ask nft about traffic that stays on the LAN; absent where br_netfilter is not loaded.
    await host.sh(
      `for f in iptables ip6tables; do
         b=/proc/sys/net/bridge/bridge-nf-call-$f; if [ -e $b ]; then echo 0 > $b; fi
       done
       echo 1 > /proc/sys/net/ipv4/ip_forward
       ip link add lan type bridge; ip link set lan up; ip addr add 192.168.${i}.1/24 dev lan`,
    )
    await host.must('nft', ['-f', '-'], { input: natRules(kind) })
  })
}

/** A host behind a gateway, at 192.168.`lan`.`i`; `lan` is the gateway's number. */
export async function lanHost(
  lab: Lab,
  gateway: Host,
  { name, lan, i }: { name: string; lan: number; i: number },
): Promise<Host> {
  const host = await lab.host(name)
  await plugIn(lab, host, { gateway, lan, i, port: 'eth0' })
  return host
}

type Plugged = { gateway: Host; lan: number; i: number; port: string }

async function plugIn(lab: Lab, host: Host, { gateway, lan, i, port }: Plugged): Promise<void> {
  const far = `l${i}`
  await lab.cable(host, port, { host: gateway, port: far })
  await host.wired(async () => {
    await gateway.must('ip', ['link', 'set', far, 'master', 'lan'])
    await host.sh(`ip addr add 192.168.${lan}.${i}/24 dev ${port}; ip route add default via 192.168.${lan}.1`)
  })
}

/** Has the internet drop all UDP between two of its places, by number; what it returns ends that. */
export async function blockUdp(net: Host, a: number, b: number): Promise<() => Promise<unknown>> {
  const rule = (family: string, from: string, to: string): string =>
    `${family} saddr ${from} ${family} daddr ${to} meta l4proto udp drop`
  const rules = [
    rule('ip', publicAddress(a), publicAddress(b)),
    rule('ip', publicAddress(b), publicAddress(a)),
    rule('ip6', publicAddress6(a), publicAddress6(b)),
    rule('ip6', publicAddress6(b), publicAddress6(a)),
  ].join('\n    ')
  const table = `wall_${a}_${b}`
  const input = `
table bridge ${table} {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ${rules}
  }
}
`
  await net.must('nft', ['-f', '-'], { input })
  return () => net.must('nft', ['delete', 'table', 'bridge', table])
}
