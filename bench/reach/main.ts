import { performance } from 'node:perf_hooks'
import {
  buildReach,
  buildTree,
  type CidrNode,
  type Network,
  parsePrefix,
  type ReachPeer,
  reachDifference,
} from '@warren/cidr'
import { median, ms, printTable } from '../table.ts'

/** 500 CIDRs (a root, 19 sites, 480 teams in them), 5,000 peers spread over the teams, 60 associations. */
const SITES = 19
const TEAMS = 480
const PEERS = 5000
const RUNS = 15

function prefix(text: string) {
  const parsed = parsePrefix(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

function network(): Network {
  const nodes: CidrNode[] = [{ id: 1, name: 'net', prefix: prefix('10.0.0.0/8'), parentId: null, isolated: false }]
  for (let s = 0; s < SITES; s++)
    nodes.push({ id: 2 + s, name: `site-${s}`, prefix: prefix(`10.${s * 8}.0.0/13`), parentId: 1, isolated: false })
  for (let t = 0; t < TEAMS; t++) {
    const site = t % SITES
    const text = `10.${site * 8}.${Math.floor(t / SITES)}.0/24`
    nodes.push({ id: 100 + t, name: `team-${t}`, prefix: prefix(text), parentId: 2 + site, isolated: t % 11 === 0 })
  }
  const peers = Array.from({ length: PEERS }, (_, i): ReachPeer => {
    const kind = i === 0 ? 'hub' : 'agent'
    return { id: 1 + i, name: `p-${i}`, cidrId: 100 + (i % TEAMS), kind, enabled: true, redeemed: true }
  })
  const associations = Array.from({ length: 60 }, (_, i) => ({
    id: 1 + i,
    a: 100 + i,
    b: 100 + ((i * 37 + 61) % TEAMS),
  }))
  return { tree: buildTree(nodes), peers, associations: associations.filter((a) => a.a !== a.b) }
}

const timed = (work: () => void): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}

const before = network()
const after = { ...before, associations: [...before.associations, { id: 999, a: 2, b: 3 }] }
const reach = buildReach(before)
const opened = buildReach(after)
const index = Array.from({ length: RUNS }, () => timed(() => buildReach(before)))
const difference = Array.from({ length: RUNS }, () => timed(() => reachDifference(reach, opened).gained.count))

printTable('Reach, 5,000 peers in 500 CIDRs (median of 15)', [
  { what: 'index built', measured: ms(median(index)), aim: 'aim < 50 ms' },
  { what: 'difference of one association', measured: ms(median(difference)), aim: 'aim < 20 ms' },
  { what: 'pairs that it opens', measured: String(reachDifference(reach, opened).gained.count) },
])
