import { CommandFailure } from '../src/system/command-failure.ts'
import type { Tools } from '../src/wireguard/device.ts'

type FakePeer = {
  allowedIps: string[]
  endpoint: string
  handshakeAt: number
  rx: number
  tx: number
  keepalive: number
}
type FakeDevice = {
  publicKey: string
  port: number
  up: boolean
  mtu: number
  addresses: string[]
  peers: Map<string, FakePeer>
}

/**
 * A machine without a kernel: it understands the calls of wg and ip that the agent makes, keeps what they would have
 * done, and writes down each call as an administrator would have typed it.
 */
export function fakeSystem(options: { secretOf?: (path: string) => string; broken?: (call: string) => boolean } = {}) {
  const devices = new Map<string, FakeDevice>()
  const tape: string[] = []

  const run: Tools['run'] = async (file, args, stdin) => {
    const call = [file, ...args].join(' ')
    tape.push(call.replace(/secret-[0-9a-f]+/, 'secret'))
    if (options.broken?.(call)) fail(call)
    if (file === 'nft') return ''
    if (file === 'wg' && args[0] === 'show') return dump(args[1] ?? '')
    if (file === 'wg' && args[0] === 'set') return set(args[1] ?? '', args.slice(2))
    if (file === 'ip') return ip(args)
    throw new Error(`the fake does not know ${call} ${stdin ?? ''}`)
  }

  const fail = (call: string): never => {
    throw new CommandFailure(call.split(' '), { exitCode: 1, missing: false, stderr: 'no' })
  }
  const at = (name: string): FakeDevice => devices.get(name) ?? fail(`wg ${name}`)

  function dump(name: string): string {
    const device = at(name)
    const peers = [...device.peers].map(([key, p]) =>
      [
        key,
        '(none)',
        p.endpoint || '(none)',
        p.allowedIps.join(',') || '(none)',
        p.handshakeAt,
        p.rx,
        p.tx,
        p.keepalive || 'off',
      ].join('\t'),
    )
    return `${[['(none)', device.publicKey || '(none)', device.port, 'off'].join('\t'), ...peers].join('\n')}\n`
  }

  function set(name: string, args: string[]): string {
    const device = at(name)
    let peer: { key: string; value: FakePeer } | null = null
    for (let i = 0; i < args.length; i += 1) {
      const word = args[i]
      const next = args[i + 1] ?? ''
      if (word === 'remove') {
        if (peer) device.peers.delete(peer.key)
        continue
      }
      i += 1
      if (word === 'peer') {
        const value = device.peers.get(next) ?? {
          allowedIps: [],
          endpoint: '',
          handshakeAt: 0,
          rx: 0,
          tx: 0,
          keepalive: 0,
        }
        peer = { key: next, value }
        if (args[i + 1] !== 'remove') device.peers.set(next, value)
      } else if (word === 'private-key') device.publicKey = options.secretOf?.(next) ?? ''
      else if (word === 'listen-port') device.port = Number(next)
      else if (peer && word === 'endpoint') peer.value.endpoint = next
      else if (peer && word === 'persistent-keepalive') peer.value.keepalive = Number(next)
      else if (peer && word === 'allowed-ips') {
        const ips = next === '' ? [] : next.split(',')
        // As WireGuard does: an allowed IP goes to the last that asks.
        for (const other of device.peers.values()) other.allowedIps = other.allowedIps.filter((ip) => !ips.includes(ip))
        peer.value.allowedIps = ips
      } else throw new Error(`the fake wg does not know ${word}`)
    }
    return ''
  }

  function ip(args: readonly string[]): string {
    const name = args[args.indexOf('dev') + 1] ?? ''
    if (args[0] === 'link' && args[1] === 'show') return devices.has(name) ? '' : fail(`ip link show ${name}`)
    if (args[0] === 'link' && args[1] === 'add') return fail('ip link add')
    const device = at(name)
    if (args[0] === 'link' && args[1] === 'del') devices.delete(name)
    else if (args[0] === 'link') Object.assign(device, { up: true, mtu: Number(args[3]) })
    else if (args[0] === '-j') return linkJson(device)
    else if (args[1] === 'add') device.addresses.push(args[2] ?? '')
    else device.addresses = device.addresses.filter((address) => address !== args[2])
    return ''
  }

  const launch: Tools['launch'] = async (file, [name = '']) => {
    tape.push(`${file} ${name}`)
    devices.set(name, { publicKey: '', port: 0, up: false, mtu: 1500, addresses: [], peers: new Map() })
  }

  const tools = (scratch: string): Tools => ({ run, launch, scratch, userspace: 'wireguard-go' })
  const read = (): string => {
    const text = tape.join('\n')
    tape.length = 0
    return text
  }
  return { tools, run, read, devices }
}

function linkJson(device: FakeDevice): string {
  const addr_info = device.addresses.map((address) => {
    const [local, width] = address.split('/')
    return { family: local?.includes(':') ? 'inet6' : 'inet', local, prefixlen: Number(width), scope: 'global' }
  })
  return JSON.stringify([{ flags: device.up ? ['UP'] : [], mtu: device.mtu, addr_info }])
}
