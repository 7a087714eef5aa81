import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildReach, buildTree, explainReach, type ReachPeer } from '../src/index.ts'
import { prefix } from './some.ts'

type Case = {
  name: string
  cidrs: { name: string; prefix: string; parent: string | null; isolated?: boolean }[]
  associations: [string, string][]
  peers: { name: string; cidr: string; kind?: ReachPeer['kind']; enabled?: boolean; redeemed?: boolean }[]
  reach: Record<string, string[]>
}

// Our own copy, and the original where the repository lies beside it.
const files = ['./vectors/reach.json', '../../../../shared/vectors/reach.json']
  .map((path) => new URL(path, import.meta.url))
  .filter((url) => existsSync(url))

describe.each(files.map((url, at) => ({ url, which: at === 0 ? 'our copy' : 'the original' })))('$which', ({ url }) => {
  const cases = JSON.parse(readFileSync(url, 'utf8')) as Case[]

  test('holds the worked cases and many more', () => {
    expect(cases.length).toBeGreaterThan(11)
  })

  test.each(cases)('$name', (one) => {
    const reach = buildReach(toNetwork(one))
    const seen = one.peers.map((peer, id) => [
      peer.name,
      reach
        .visibleFrom(id)
        .map((at) => one.peers[at]?.name)
        .sort(),
    ])
    expect(Object.fromEntries(seen)).toEqual(one.reach)

    one.peers.forEach((a, aId) => {
      one.peers.forEach((b, bId) => {
        const reaches = one.reach[a.name]?.includes(b.name)
        const why = reach.explain(aId, bId)
        expect([a.name, b.name, reach.canReach(aId, bId), why.reaches]).toEqual([a.name, b.name, reaches, reaches])
        expect(explainReach(why)).toMatch(/^\S.*\.$/)
      })
    })
  })
})

function toNetwork({ cidrs, associations, peers }: Case) {
  const idOf = (name: string) => cidrs.findIndex((cidr) => cidr.name === name)
  const tree = buildTree(
    cidrs.map((cidr, id) => ({
      id,
      name: cidr.name,
      prefix: prefix(cidr.prefix),
      parentId: cidr.parent === null ? null : idOf(cidr.parent),
      isolated: cidr.isolated ?? false,
    })),
  )
  return {
    tree,
    associations: associations.map(([a, b], id) => ({ id, a: idOf(a), b: idOf(b) })),
    peers: peers.map(
      (peer, id): ReachPeer => ({
        id,
        name: peer.name,
        cidrId: idOf(peer.cidr),
        kind: peer.kind ?? 'agent',
        enabled: peer.enabled ?? true,
        redeemed: peer.redeemed ?? true,
      }),
    ),
  }
}
