import type { GroupView, SelfEntry } from '@warren/protocol'
import { viewState } from '@warren/protocol'
import { digestText, viewDigest } from '@warren/protocol/digest'
import type { Host } from '../lab/host.ts'
import { built } from '../lab/places.ts'
import type { Program } from '../lab/program.ts'

/** Answers every request with what the file holds at that moment, and says so. */
const SERVE = `
const [port, file, ...hosts] = process.argv.slice(1)
const { readFileSync } = require('node:fs')
for (const host of hosts) {
  const server = require('node:http').createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(readFileSync(file))
    })
  })
  server.listen({ host, port: Number(port) }, () => console.log('answering on', host))
}
`

/** Somebody who answers in the console's place. */
export type Impostor = { say(answer: string): Promise<void>; stop(): Promise<void> }

/** Puts an impostor where the console's mesh API was, on the hub: the tunnel vouches for it. */
export async function impostor(hub: Host, at: { hosts: readonly string[]; port: number }): Promise<Impostor> {
  const say = (answer: string) => hub.file('answer', answer)
  const file = await say('')
  const argv = [built.node, '-e', SERVE, String(at.port), file, ...at.hosts]
  const program: Program = await hub.start('impostor', argv)
  for (const host of at.hosts) await program.says(new RegExp(`answering on ${host}`))
  return {
    async say(answer) {
      await say(answer)
    },
    stop: () => program.stop(),
  }
}

/** What a node has saved. */
export type SavedView = { self: SelfEntry; view: GroupView; revision: number }

export async function savedView(host: Host): Promise<SavedView> {
  const { self, view, revision } = JSON.parse(await host.must('cat', ['/var/lib/warren/acme.json']))
  return { self, view, revision }
}

/** A whole answer as the console writes it: its digest fits, so that only what it says can be wrong with it. */
export function fullAnswer({ self, view, revision }: SavedView): string {
  const digest = digestText(viewDigest(viewState(view)))
  return inTrpc({ kind: 'full', self, cursor: 'x', revision: revision + 1, digest, view })
}

export const inTrpc = (data: unknown): string => JSON.stringify({ result: { data } })
