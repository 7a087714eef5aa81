import http from 'node:http'
import { HUB_KEY_HEADER, SECRET_HEADER, type SelfEntry } from '@warren/protocol'
import { digestText, selfDigest } from '@warren/protocol/digest'
import { backoffMs } from '../../apps/agent/src/plan/backoff.ts'
import { type AgentSpec, type FromAgents, type Heard, now, type Place, type ToAgents } from './messages.ts'

/**
 * A process with many agents that poll and apply nothing: each on its own address and connection. What an agent claims
 * to have applied is the digest it was sent, so that this process costs little beside the server that is measured.
 */
const HOLD_S = 50
/** An agent applies what it was told before it asks again. Longer than a wave of answers, to be measured apart from it. */
const APPLYING_MS = 1_500

/** Everything before the view itself fits in. */
const HEAD_BYTES = 600

type Agent = {
  spec: AgentSpec
  line: http.Agent
  cursor: string | null
  applied: { revision: number; digest: string; self: string } | null
  heard: Heard
  failures: number
}

let agents: Agent[] = []
let place: Place
let hubKey: string
let errors = 0
/** Agents without an answer since the last clearing. */
let unheard = 0
let isAwaited = false

process.on('message', (message: ToAgents) => {
  if (message.kind === 'start') start(message)
  if (message.kind === 'clear') {
    errors = 0
    unheard = agents.length
    for (const agent of agents) agent.heard = null
  }
  if (message.kind === 'report') {
    isAwaited = true
    report(message.whenAll)
  }
})
process.on('disconnect', () => process.exit(0))

/** Reports if somebody waits for it and, with `whenAll`, if everybody has been answered. */
function report(whenAll: boolean): void {
  if (!isAwaited || (whenAll && unheard > 0)) return
  isAwaited = false
  const message: FromAgents = { kind: 'report', heard: agents.map(({ heard }) => heard), errors }
  process.send?.(message)
}

function start(message: Extract<ToAgents, { kind: 'start' }>): void {
  place = message.place
  hubKey = message.hubKey
  unheard = message.agents.length
  agents = message.agents.map((spec) => ({
    spec,
    line: new http.Agent({ keepAlive: true, maxSockets: 1 }),
    cursor: null,
    applied: null,
    heard: null,
    failures: 0,
  }))
  for (const agent of agents) poll(agent)
}

function poll(agent: Agent): void {
  const body = JSON.stringify({ cursor: agent.cursor, applied: agent.applied, waitS: HOLD_S })
  const request = http.request(
    {
      ...place,
      method: 'POST',
      agent: agent.line,
      localAddress: agent.spec.from,
      headers: {
        'content-type': 'application/json',
        'content-length': body.length,
        [HUB_KEY_HEADER]: hubKey,
        [SECRET_HEADER]: agent.spec.secret,
      },
    },
    (response) => read(agent, response),
  )
  request.on('error', () => again(agent))
  request.end(body)
}

function read(agent: Agent, response: http.IncomingMessage): void {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => chunks.push(chunk))
  response.on('end', () => {
    const text = Buffer.concat(chunks)
    const kind = response.statusCode === 200 ? take(agent, text) : 'refused'
    if (agent.heard === null) unheard -= 1
    agent.heard = { at: now(), kind, bytes: text.length }
    report(true)
    if (kind === 'refused') return again(agent)
    agent.failures = 0
    setTimeout(() => poll(agent), kind === 'same' ? 0 : APPLYING_MS)
  })
}

/**
 * Takes an answer in and says of which kind it was. Only its beginning is read: a thousand agents that parse their views
 * in one process would be measured instead of the server.
 */
function take(agent: Agent, text: Buffer): string {
  const head = text.subarray(0, HEAD_BYTES).toString('utf8')
  const fact = (pattern: RegExp): string => pattern.exec(head)?.[1] ?? ''
  const kind = fact(/"kind":"(\w+)"/)
  agent.cursor = fact(/"cursor":"([^"]+)"/)
  if (kind === 'same') return kind
  const self: SelfEntry | null = kind === 'full' ? JSON.parse(fact(/"self":(\{.*?\}\}),"cursor"/)) : null
  agent.applied = {
    revision: Number(fact(/"revision":(\d+)/)),
    digest: fact(/"digest":"(\w+)"/),
    self: self ? digestText(selfDigest(self)) : (agent.applied?.self ?? ''),
  }
  return kind
}

/** As the real agent does. */
function again(agent: Agent): void {
  errors += 1
  agent.failures += 1
  setTimeout(() => poll(agent), backoffMs(agent.failures, 'refused', Math.random()))
}
