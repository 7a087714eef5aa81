// Stands in for the console: `console.ts PEERS KEY` answers the mesh API with a view of so many peers for the node with
// that key. With SIGUSR1 it answers each poll at once, with a change; with SIGUSR2 it stops that.
import http from 'node:http'
import { MESH_PATH, type PollAnswer, type PollInput, PublicKey, viewState } from '@warren/protocol'
import { digestText, peerDigest, viewDigest } from '@warren/protocol/digest'
import { CIDRS, HUB, member, PORT, selfOf } from './view.ts'

const [count = '', key = ''] = process.argv.slice(2)
const self = selfOf(PublicKey.parse(key))
const state = viewState({
  peers: [HUB, ...Array.from({ length: Number(count) }, (_, n) => member(n, 0))],
  cidrs: CIDRS,
})
let digest = viewDigest(state)
let revision = 1
let deltas = 0
let churning = false

process.on('SIGUSR1', () => {
  churning = true
  waiting?.()
})
process.on('SIGUSR2', () => {
  churning = false
  console.log(`told ${deltas} changes`)
})

let waiting: (() => void) | null = null

/** One peer gets another key and other places, the next one leaves, and the one before comes back. */
function nextDelta(): PollAnswer {
  const at = (deltas * 3) % Number(count)
  const generation = 1 + Math.floor((deltas * 3) / Number(count))
  const back = member((at + Number(count) - 2) % Number(count), generation)
  const upsert = [member(at, generation), back]
  const remove = [member((at + 1) % Number(count), generation).id]
  for (const id of [...upsert.map((peer) => peer.id), ...remove]) {
    const before = state.peers.get(id)
    if (before) digest ^= peerDigest(before)
    state.peers.delete(id)
  }
  for (const peer of upsert) {
    state.peers.set(peer.id, peer)
    digest ^= peerDigest(peer)
  }
  deltas += 1
  revision += 1
  const head = { cursor: `c${revision}`, revision, digest: digestText(digest) }
  return { kind: 'delta', ...head, peers: { upsert, remove }, cidrs: { upsert: [], remove: [] } }
}

const head = () => ({ cursor: `c${revision}`, revision, digest: digestText(digest) })
const full = (): PollAnswer => ({
  kind: 'full',
  self,
  ...head(),
  view: { peers: [...state.peers.values()], cidrs: CIDRS },
})

async function poll({ cursor, waitS }: PollInput): Promise<PollAnswer> {
  if (cursor !== `c${revision}`) return full()
  if (!churning) {
    await new Promise<void>((resolve) => {
      waiting = resolve
      setTimeout(resolve, waitS * 1000)
    })
  }
  return churning ? nextDelta() : { kind: 'same', cursor: `c${revision}`, revision }
}

async function answer(question: string, input: unknown): Promise<unknown> {
  if (question === 'mesh.poll') return poll(input as PollInput)
  if (question === 'mesh.links') return { tag: `t${revision}`, whole: false }
  return {}
}

http
  .createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const question = request.url?.slice(MESH_PATH.length + 1).split('?')[0] ?? ''
      const text = Buffer.concat(chunks).toString()
      const data = await answer(question, text === '' ? undefined : JSON.parse(text))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ result: { data } }))
    })
  })
  .listen({ port: PORT }, () => console.log('answering'))
