import net from 'node:net'
import type { FromHub, HubPeer, OpenRelay, PublicKey } from '@warren/protocol'
import { ToHub } from '@warren/protocol'
import { vi } from 'vitest'

/** A hub without a device: it holds what it is told in memory and says that it has applied it. */
export class FakeHub {
  readonly #socket: net.Socket
  readonly heard: ToHub[] = []
  /** By network and ref. */
  readonly peers = new Map<number, Map<string, HubPeer>>()
  /** Relays that it says to have open when it comes. */
  readonly #open: readonly OpenRelay[]
  readonly #greeted = new Set<number>()
  /** Set to false to be a hub that is busy. */
  applies = true
  closed = false

  private constructor(socket: net.Socket, open: readonly OpenRelay[]) {
    this.#socket = socket
    this.#open = open
    let rest = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#hear(ToHub.parse(JSON.parse(line)))
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
  }

  static async connect(path: string, open: readonly OpenRelay[] = []): Promise<FakeHub> {
    const socket = net.connect(path)
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const hub = new FakeHub(socket, open)
    hub.say({ kind: 'hello', version: '0.0.0-test' })
    return hub
  }

  say(message: FromHub): void {
    this.sayRaw(`${JSON.stringify(message)}\n`)
  }

  sayRaw(text: string): void {
    this.#socket.write(text)
  }

  /** Gives its key for a network and waits until the console has it on record. */
  async giveKey(network: number, publicKey: PublicKey): Promise<void> {
    this.say({ kind: 'key', network, publicKey })
    await vi.waitFor(() => {
      const known = this.heard.findLast((message) => message.kind === 'networks')
      if (!known?.networks.some((one) => one.id === network && one.publicKey === publicKey))
        throw new Error('no key yet')
    }, 10_000)
  }

  /** What it holds of a network, by ref. */
  of(network: number): Map<string, HubPeer> {
    return this.peers.get(network) ?? new Map()
  }

  hangUp(): void {
    this.#socket.destroy()
  }

  /** What is open is told once for each network, as after a hello. */
  #greet(network: number): void {
    if (this.#greeted.has(network)) return
    this.#greeted.add(network)
    this.say({ kind: 'relays', network, open: [...this.#open], refused: null })
  }

  #hear(message: ToHub): void {
    this.heard.push(message)
    if (message.kind === 'networks') for (const { id } of message.networks) this.#greet(id)
    if (message.kind !== 'peers') return
    const peers = message.full ? new Map<string, HubPeer>() : this.of(message.network)
    for (const ref of message.remove) peers.delete(ref)
    for (const peer of message.upsert) peers.set(peer.ref, peer)
    this.peers.set(message.network, peers)
    if (this.applies) this.say({ kind: 'applied', network: message.network, revision: message.revision })
  }
}
