import type { Host } from '../lab/host.ts'
import { built } from '../lab/places.ts'
import type { Program } from '../lab/program.ts'

/** Chosen: inside one machine a connection stands within milliseconds; one that is dropped never does. */
const LIMIT_MS = 1500

const CONNECT = `
const [host, port, limit] = process.argv.slice(1)
const socket = require('node:net').connect({ host, port: Number(port) })
socket.on('connect', () => process.exit(0))
socket.on('error', () => process.exit(1))
setTimeout(() => process.exit(1), Number(limit))
`

/** Whether a TCP connection from `host` is taken. */
export async function connects(host: Host, to: { address: string; port: number }): Promise<boolean> {
  const { exitCode } = await host.run(built.node, ['-e', CONNECT, to.address, String(to.port), String(LIMIT_MS)])
  return exitCode === 0
}

const LISTEN = `
const server = require('node:net').createServer((socket) => socket.end())
server.listen({ host: '::', port: Number(process.argv[1]) }, () => console.log('listening'))
`

/** Takes TCP connections on every address of `host`. */
export async function listener(host: Host, port: number): Promise<Program> {
  const program = await host.start('a listener', [built.node, '-e', LISTEN, String(port)])
  await program.says(/listening/)
  return program
}

const CHATTER = `
const [host, port] = process.argv.slice(1)
const socket = require('node:net').connect({ host, port: Number(port) })
let heard = 0
socket.on('data', () => console.log('heard ' + ++heard))
setInterval(() => socket.write('x'), 100)
`

const ECHO = `
const server = require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket))
server.listen({ host: '::', port: Number(process.argv[1]) }, () => console.log('listening'))
`

/** Sends back what it is sent, on every address of `host`. */
export async function echo(host: Host, port: number): Promise<Program> {
  const program = await host.start('an echo', [built.node, '-e', ECHO, String(port)])
  await program.says(/listening/)
  return program
}

/** One connection that says something ten times a second and prints each answer: what is cut falls silent. */
export const chatter = (host: Host, to: { address: string; port: number }): Promise<Program> =>
  host.start('a chatter', [built.node, '-e', CHATTER, to.address, String(to.port)])
