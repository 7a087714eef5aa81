import type { Admin } from '../lab/admin.ts'
import type { Chance } from './chance.ts'

type Cidr = { name: string; prefix: string; parent: string; isolated: boolean }

/** An address plan, and who is where. */
export type Plan = { cidrs: Cidr[]; peers: { name: string; cidr: string }[] }

/**
 * Three to six CIDRs under the root, some inside others, and four to eight peers anywhere in them.
 * @param start the first two numbers of the root's addresses
 */
export function drawPlan(chance: Chance, root: string, start: string): Plan {
  const cidrs: Cidr[] = []
  for (let n = 1; n <= chance.between(3, 6); n += 1) {
    // The upper half of a /20 and its upper half again: a chain of up to three, and room beside each for peers.
    const outer = cidrs.filter(({ prefix }) => !prefix.endsWith('/22'))
    const parent = chance.happens(0.5) && outer.length > 0 ? chance.of(outer) : null
    const taken = parent && cidrs.some((cidr) => cidr.parent === parent.name)
    const inside = parent && !taken ? upperHalf(parent.prefix) : `${start}.${n * 16}.0/20`
    const above = parent && !taken ? parent.name : root
    cidrs.push({ name: `c${n}`, prefix: inside, parent: above, isolated: chance.happens(0.15) })
  }
  const places = [root, ...cidrs.map(({ name }) => name)]
  const count = chance.between(4, 8)
  const peers = Array.from({ length: count }, (_, i) => ({ name: `p${i + 1}`, cidr: chance.of(places) }))
  return { cidrs, peers }
}

/** 10.1.16.0/20 → 10.1.24.0/21 → 10.1.28.0/22 */
function upperHalf(prefix: string): string {
  const [a = '', b = '', c = '0', rest = ''] = prefix.split('.')
  const width = Number(rest.split('/')[1])
  return `${a}.${b}.${Number(c) + 2 ** (23 - width)}.0/${width + 1}`
}

/** Does something that an admin may do, and says what. */
export async function randomChange(chance: Chance, admin: Admin, plan: Plan): Promise<string> {
  const root = admin.network.name
  const cidrs = [root, ...plan.cidrs.map(({ name }) => name)]
  const peer = chance.of(plan.peers).name
  switch (chance.of(['associate', 'associate', 'dissociate', 'move', 'toggle', 'isolate'] as const)) {
    case 'associate':
      return associate(chance, admin, cidrs)
    case 'dissociate':
      return (await dissociate(chance, admin, cidrs)) ?? associate(chance, admin, cidrs)
    case 'move': {
      const to = chance.of(cidrs)
      await admin.move(peer, to)
      return `move ${peer} to ${to}`
    }
    case 'toggle': {
      const enabled = !(await admin.peer(peer)).enabled
      await admin.setEnabled(peer, enabled)
      return `${enabled ? 'enable' : 'disable'} ${peer}`
    }
    case 'isolate': {
      const cidr = chance.of(cidrs)
      const isolated = !(await admin.cidr(cidr)).isolated
      await admin.isolate(cidr, isolated)
      return `${isolated ? 'isolate' : 'do not isolate'} ${cidr}`
    }
  }
}

/** The pairs of these CIDRs, each once, that are or are not associated. */
async function pairs(admin: Admin, cidrs: readonly string[], associated: boolean): Promise<[string, string][]> {
  const snapshot = await admin.snapshot()
  const nameOf = new Map(snapshot.cidrs.map(({ id, name }) => [id, name]))
  const known = new Set(snapshot.associations.map(({ a, b }) => [nameOf.get(a), nameOf.get(b)].sort().join()))
  const all = cidrs.flatMap((a, i) => cidrs.slice(i + 1).map((b): [string, string] => [a, b]))
  return all.filter((pair) => known.has([...pair].sort().join()) === associated)
}

async function associate(chance: Chance, admin: Admin, cidrs: readonly string[]): Promise<string> {
  const [a, b] = chance.of(await pairs(admin, cidrs, false))
  await admin.associate(a, b)
  return `associate ${a} and ${b}`
}

/** Null when nothing is associated. */
async function dissociate(chance: Chance, admin: Admin, cidrs: readonly string[]): Promise<string | null> {
  const known = await pairs(admin, cidrs, true)
  if (known.length === 0) return null
  const [a, b] = chance.of(known)
  await admin.dissociate(a, b)
  return `dissociate ${a} and ${b}`
}
