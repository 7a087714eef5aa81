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

async function attach(lab: Lab, host: Host, place: { internet: Host; port: string; i: number }): Promise<void> {
  const far = `p${place.i}`
  await lab.cable(host, place.port, { host: place.internet, port: far })
  await host.wired(async () => {
    await place.internet.must('ip', ['link', 'set', far, 'master', 'br0'])
    await host.sh(
      `ip addr add ${publicAddress(place.i)}/24 dev ${place.port}
       ip addr add ${publicAddress6(place.i)}/64 dev ${place.port} nodad
       ip route add default via ${GATEWAY}`,
    )
  })
}

/** A host with the public address number `i`. */
export async function publicHost(lab: Lab, net: Host, { name, i }: { name: string; i: number }): Promise<Host> {
  const host = await lab.host(name)
  await attach(lab, host, { internet: net, port: 'eth0', i })
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
  return host
}

/** A host behind a gateway, at 192.168.`lan`.`i`; `lan` is the gateway's number. */
export async function lanHost(
  lab: Lab,
  gateway: Host,
  { name, lan, i }: { name: string; lan: number; i: number },
): Promise<Host> {
  const host = await lab.host(name)
  const port = `l${i}`
  await lab.cable(host, 'eth0', { host: gateway, port })
  await host.wired(async () => {
    await gateway.must('ip', ['link', 'set', port, 'master', 'lan'])
    await host.sh(`ip addr add 192.168.${lan}.${i}/24 dev eth0; ip route add default via 192.168.${lan}.1`)
  })
  return host
}
