import { adopts, buildTree, formatPrefix, nextFreePrefix, parsePrefix, supernet } from '@warren/cidr'
import {
  type AssociationRow,
  type CidrRow,
  noRows,
  type PeerRow,
  type Rows,
  usualNetwork,
  usualPeer,
} from '@warren/protocol'
import fc from 'fast-check'
import type { Plan, Step } from '../../src/coordinator/topology/rows.ts'
import { type NetworkRows, patch } from '../../src/coordinator/topology/rows.ts'

/** Numbers that decide what happens next; each is taken modulo what there is to choose from. */
export type Dice = readonly [kind: number, a: number, b: number, c: number]

const roll = fc.nat({ max: 1_000_000 })
export const dice: fc.Arbitrary<Dice> = fc.tuple(roll, roll, roll, roll)

const AT = '2026-01-01T00:00:00.000Z'

/** A key that nobody holds: valid in form, different for each number. */
export const keyOf = (n: number): string => Buffer.from(`warren test key ${n}`.padEnd(32, '.')).toString('base64')

/** Root, infra with the hub, and the association between them, as a new network has it. */
export function newPlan(): Plan {
  return {
    network: {
      id: 1,
      name: 'net',
      interface: 'net',
      endpoint: '203.0.113.1:51820',
      listenPort: 51820,
      apiPort: 51820,
      invitationHours: 24,
      keepaliveS: 25,
      ...usualNetwork,
    },
    revision: 1,
    cidrs: [
      { id: 1, parentId: null, name: 'net', prefix: '10.42.0.0/16', prefix6: null, isolated: false },
      { id: 2, parentId: 1, name: 'infra', prefix: '10.42.0.0/24', prefix6: null, isolated: false },
    ],
    peers: [{ ...peerRow(1, 2), name: 'hub', kind: 'hub', redeemedAt: AT, publicKey: keyOf(1) }],
    associations: [{ id: 1, a: 1, b: 2 }],
    invitations: [],
  }
}

/** A new network with three quarters, each with a street in it, and somebody living everywhere. */
export function townPlan(): Plan {
  const plan = newPlan()
  for (const id of [3, 4, 5]) {
    plan.cidrs.push({
      id,
      parentId: 1,
      name: `quarter-${id}`,
      prefix: `10.42.${id * 16}.0/20`,
      prefix6: null,
      isolated: false,
    })
    plan.cidrs.push({
      id: id + 3,
      parentId: id,
      name: `street-${id}`,
      prefix: `10.42.${id * 16}.0/24`,
      prefix6: null,
      isolated: id === 5,
    })
  }
  for (const { id } of plan.cidrs.slice(1)) plan.peers.push(member(id, id))
  plan.peers.push(member(9, 3), member(10, 6))
  return plan
}

/** A peer that has not redeemed yet. */
export function peerRow(id: number, cidrId: number): PeerRow {
  return {
    id,
    cidrId,
    name: `peer-${id}`,
    address: `10.42.${(id >> 8) & 255}.${id & 255}`,
    kind: 'agent',
    publicKey: null,
    enabled: true,
    isAdmin: false,
    listenPort: null,
    endpointOverride: null,
    redeemedAt: null,
    deletedAt: null,
    ...usualPeer,
  }
}

/** A peer that takes part. */
export const member = (id: number, cidrId: number): PeerRow => ({
  ...peerRow(id, cidrId),
  redeemedAt: AT,
  publicKey: keyOf(id),
})

/** A step that makes rows, and one that updates or removes them. */
export const made = (rows: Partial<Rows>): Step => ({ before: noRows(), after: { ...noRows(), ...rows } })
export const changed = (before: Partial<Rows>, after: Partial<Rows> = {}): Step => ({
  before: { ...noRows(), ...before },
  after: { ...noRows(), ...after },
})

/** What the dice do to the network, already entered in `rows`; null when they chose something impossible. */
export function happen(rows: NetworkRows, given: Dice): Step | null {
  const step = (actions[given[0] % actions.length] ?? addPeer)(rows, given)
  if (step) patch(rows, step)
  return step
}

type Action = (rows: NetworkRows, dice: Dice) => Step | null

const pick = <T>(from: Iterable<T>, at: number): T | undefined => {
  const list = [...from]
  return list[at % Math.max(1, list.length)]
}
const nextId = (rows: ReadonlyMap<number, unknown>): number => Math.max(0, ...rows.keys()) + 1
const treeOf = (rows: NetworkRows) => buildTree([...rows.cidrs.values()].map(nodeOf))
const nodeOf = (row: CidrRow) => {
  const prefix = parsePrefix(row.prefix)
  if (!prefix.ok) throw new Error(`bad prefix ${row.prefix}`)
  return { ...row, prefix: prefix.value }
}

const patchPeer =
  (patchOf: (row: PeerRow, dice: Dice, rows: NetworkRows) => Partial<PeerRow> | null): Action =>
  (rows, dice) => {
    const row = pick(
      [...rows.peers.values()].filter((peer) => peer.deletedAt === null),
      dice[1],
    )
    const change = row && patchOf(row, dice, rows)
    return change ? changed({ peers: [row] }, { peers: [{ ...row, ...change }] }) : null
  }

const addPeer: Action = (rows, [, a, b]) => {
  const cidr = pick(rows.cidrs.keys(), a) ?? 1
  const id = nextId(rows.peers)
  const row = b % 5 === 0 ? peerRow(id, cidr) : member(id, cidr)
  return made({ peers: [{ ...row, kind: b % 11 === 0 ? 'hub' : b % 7 === 0 ? 'device' : 'agent' }] })
}

const addCidr: Action = (rows, [, a, b]) => {
  const tree = treeOf(rows)
  const parent = pick(tree.nodes, a)
  if (!parent) return null
  const taken = tree.children(parent.id).map((child) => child.prefix)
  const prefix = nextFreePrefix(parent.prefix, taken, parent.prefix.width + 1 + (b % 3))
  const id = nextId(rows.cidrs)
  const row = { id, parentId: parent.id, name: `cidr-${id}`, prefix6: null, isolated: b % 4 === 0 }
  return prefix ? made({ cidrs: [{ ...row, prefix: formatPrefix(prefix) }] }) : null
}

const insertCidr: Action = (rows, [, a]) => {
  const tree = treeOf(rows)
  const below = pick(tree.nodes, a)
  const parent = below && below.parentId !== null ? tree.get(below.parentId) : null
  const prefix = below && supernet(below.prefix)
  if (!parent || !prefix || prefix.width <= parent.prefix.width) return null
  const id = nextId(rows.cidrs)
  const place = { prefix: formatPrefix(prefix), prefix6: null }
  const row: CidrRow = { id, parentId: parent.id, name: `cidr-${id}`, isolated: false, ...place }
  const children = adopts(tree, parent, prefix).flatMap((node) => rows.cidrs.get(node.id) ?? [])
  return changed({ cidrs: children }, { cidrs: [row, ...children.map((child) => ({ ...child, parentId: id }))] })
}

/** Children go up to the parent; a CIDR with peers of its own stays. */
const deleteCidr: Action = (rows, [, a]) => {
  const row = pick(rows.cidrs.values(), a)
  if (!row || row.parentId === null || [...rows.peers.values()].some((peer) => peer.cidrId === row.id)) return null
  const children = [...rows.cidrs.values()].filter((cidr) => cidr.parentId === row.id)
  const associations = [...rows.associations.values()].filter((pair) => pair.a === row.id || pair.b === row.id)
  return changed(
    { cidrs: [row, ...children], associations },
    { cidrs: children.map((child) => ({ ...child, parentId: row.parentId })) },
  )
}

/** A CIDR without children goes elsewhere in the plan, with whoever lives in it. */
const transplantCidr: Action = (rows, [, a, b]) => {
  const tree = treeOf(rows)
  const node = pick(tree.nodes.slice(1), a)
  const parent = pick(tree.nodes, b)
  const row = node && rows.cidrs.get(node.id)
  if (!row || !parent || parent.id === row.id || tree.children(row.id).length > 0) return null
  const taken = tree.children(parent.id).map((child) => child.prefix)
  const prefix = nextFreePrefix(parent.prefix, taken, parent.prefix.width + 2)
  return prefix && changed({ cidrs: [row] }, { cidrs: [{ ...row, parentId: parent.id, prefix: formatPrefix(prefix) }] })
}

const editCidr: Action = (rows, [, a, b]) => {
  const row = pick(rows.cidrs.values(), a)
  if (!row) return null
  const second = { prefix6: row.prefix6 === null ? `fd42:0:0:${row.id}::/64` : null }
  const edited = [{ isolated: !row.isolated }, { name: `${row.name}x` }, second][b % 3] ?? second
  return changed({ cidrs: [row] }, { cidrs: [{ ...row, ...edited }] })
}

const associate: Action = (rows, [, a, b]) => {
  const pair = [pick(rows.cidrs.keys(), a) ?? 1, pick(rows.cidrs.keys(), b) ?? 1].sort((x, y) => x - y)
  const row: AssociationRow = { id: nextId(rows.associations), a: pair[0] ?? 1, b: pair[1] ?? 1 }
  const known = [...rows.associations.values()].some((one) => one.a === row.a && one.b === row.b)
  return known || row.a === row.b ? null : made({ associations: [row] })
}

const dissociate: Action = (rows, [, a]) => {
  const row = pick(rows.associations.values(), a)
  return row ? changed({ associations: [row] }) : null
}

const editNetwork: Action = (rows, [, a, b]) => {
  const [row] = rows.networks.values()
  if (!row) return null
  const edited = b % 2 === 0 ? { endpoint: `203.0.113.${a % 250}:51820` } : { name: `net-${a % 9}` }
  return changed({ networks: [row] }, { networks: [{ ...row, ...edited }] })
}

const move = patchPeer((row, [, , b], rows) => ({
  cidrId: pick(rows.cidrs.keys(), b) ?? row.cidrId,
  address: `${row.address.split('.', 3).join('.')}.${b % 250}`,
}))
/** A second address comes, to a device with its configuration or before it, or goes. */
const second = patchPeer(({ id, address, address6 }, [, , b]) => {
  if (address6 !== null) return { address6: null }
  const own = `fd42::${id.toString(16)}`
  const handed = { address, address6: own, allowed: [], endpoint: '203.0.113.1:51820', hubKey: keyOf(1) }
  return { address6: own, handed: b % 2 === 0 ? handed : null }
})
const unlessHub = (patchOf: Partial<PeerRow>) => patchPeer((row) => (row.kind === 'hub' ? null : patchOf))

const actions: Action[] = [
  addPeer,
  addPeer,
  addPeer,
  addPeer,
  addCidr,
  addCidr,
  addCidr,
  insertCidr,
  deleteCidr,
  transplantCidr,
  editCidr,
  associate,
  associate,
  associate,
  dissociate,
  editNetwork,
  move,
  move,
  second,
  second,
  patchPeer((row) => ({ name: `${row.name}x` })),
  patchPeer((row, [, , b]) => ({ enabled: row.kind === 'hub' || b % 3 === 0 })),
  patchPeer((row) => ({ redeemedAt: AT, publicKey: keyOf(row.id) })),
  patchPeer((row, [, , b]) => ({ publicKey: row.publicKey === null ? null : keyOf(b) })),
  patchPeer((_, [, , b]) => ({ endpointOverride: b % 2 === 0 ? '0.0.0.0:4000' : null })),
  patchPeer(() => ({ isAdmin: true })),
  unlessHub({ deletedAt: AT }),
  unlessHub({ redeemedAt: null, publicKey: null }),
]
