import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import type { Host } from '../../e2e/lab/host.ts'

/** Milliseconds between two looks at a device; what is measured cannot be finer. */
export const LOOK_MS = 2

/**
 * The addresses that a host's WireGuard device sends into tunnels. wireguard-go's socket is asked without starting a
 * process, which would take longer than what is measured; a kernel device is asked through `wg`.
 */
export async function allowedIps(host: Host, device: string): Promise<Set<string>> {
  const socket = `/proc/${host.pid}/root/run/wireguard/${device}.sock`
  const text = existsSync(socket)
    ? await ask(socket, 'get=1\n\n')
    : await host.must('wg', ['show', device, 'allowed-ips'])
  return new Set(text.match(/[0-9a-f.:]+(?=\/(?:32|128)\b)/g) ?? [])
}

/** WireGuard's cross-platform interface: an answer ends with an empty line (wireguard.com/xplatform). */
function ask(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(question))
    socket.on('error', reject)
    socket.on('data', (part: string) => {
      text += part
      if (!text.endsWith('\n\n')) return
      socket.destroy()
      resolve(text)
    })
  })
}
