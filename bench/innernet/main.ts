import { once } from 'node:events'
import http from 'node:http'
import path from 'node:path'
import { change, type Db, loadNetwork } from '@warren/db'
import { testDatabase } from '@warren/db/testing'
import { registerHubKey } from '../../apps/console/src/server/hub/register-hub-key.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'
import { bundle, end, figuresOf, start } from '../coordinator/processes.ts'
import { freePort, member, newKey } from '../coordinator/world.ts'
import { type Figure, median, ms, printTable } from '../table.ts'

/** Requests in a round, one after the other over one connection, as many clients' in a minute would come. */
const REQUESTS = 200
const ROUNDS = 5

/** innernet-server in Rust on such a machine took 5.5 and 29 ms of CPU. */
const SIZES = [
  { peers: 1_000, aim: 'aim ≤ 0.5 ms' },
  { peers: 5_000, aim: 'aim ≤ 3 ms' },
] as const

const actor = { kind: 'user', id: 1, name: 'bench' } as const

type Place = { host: string; port: number; from: string; hubKey: string }

/** A network of innernet clients that all see each other, on loopback addresses. */
async function plant(db: Db, count: number): Promise<Place> {
  const ctx = { db, actor }
  const port = await freePort('127.44.0.1')
  const input = { name: `n${count}`, prefix: '127.44.0.0/16', endpoint: '203.0.113.7:51820', listenPort: port }
  const { id: networkId } = await createNetwork(ctx, input)
  const hubKey = newKey()
  const { peer: hub } = await registerHubKey(ctx, { networkId, publicKey: hubKey })
  const cidrId = (await loadNetwork(db, networkId))?.cidrs.find((row) => row.parentId === null)?.id ?? 0
  const address = (at: number) => `127.44.${64 + Math.floor(at / 200)}.${1 + (at % 200)}`
  for (let from = 0; from < count; from += 500) {
    await change(db, { networkId, actor, kind: 'peer.created' }, async (tx) => {
      for (let at = from; at < Math.min(count, from + 500); at += 1) {
        const row = { cidrId, name: `peer-${at}`, address: address(at), publicKey: newKey() }
        await tx.insert('peers', { ...member, ...row })
      }
    })
  }
  return { host: hub.address, port, from: address(0), hubKey }
}

/** One GET /v1/user/state; answers the bytes of its body. */
function state({ host, port, from, hubKey }: Place, agent: http.Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-innernet-server-key': hubKey }
    const options = { host, port, localAddress: from, path: '/v1/user/state', headers, agent }
    const request = http.get(options, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${response.statusCode}`)),
      )
    })
    request.on('error', reject)
  })
}

async function measure(count: number, aim: string): Promise<Figure[]> {
  const { db, url, drop } = await testDatabase()
  const { dir, remove } = await bundle()
  const place = await plant(db, count)
  const server = start(dir, 'server', { DATABASE_URL: url, WARREN_HUB_SOCKET: path.join(dir, 'hub.sock') })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  try {
    await once(server, 'spawn')
    const bytes = await untilAnswered(() => state(place, agent))
    const each: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = (await figuresOf(server)).cpuMs
      for (let nth = 0; nth < REQUESTS; nth += 1) await state(place, agent)
      each.push(((await figuresOf(server)).cpuMs - before) / REQUESTS)
    }
    return [
      { what: `${count} visible peers: CPU of a request`, measured: `${median(each).toFixed(2)} ms`, aim },
      { what: '  bytes of its answer', measured: `${Math.round(bytes / 1000)} kB` },
    ]
  } finally {
    agent.destroy()
    await end(server)
    await remove()
    await drop()
  }
}

/** The coordinator reads its network and binds its address first. */
async function untilAnswered(ask: () => Promise<number>): Promise<number> {
  for (let tries = 0; tries < 300; tries += 1) {
    const bytes = await ask().catch(() => null)
    if (bytes !== null) return bytes
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the coordinator did not answer within ${ms(30_000)}`)
}

const figures: Figure[] = []
for (const { peers, aim } of SIZES) figures.push(...(await measure(peers, aim)))
printTable(`GET /v1/user/state of an innernet client (middle of ${ROUNDS} × ${REQUESTS})`, figures)
