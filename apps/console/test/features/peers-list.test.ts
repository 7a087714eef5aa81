import { INNERNET_VERSION } from '@warren/protocol'
import { expect, test } from 'vitest'
import { presenceOf } from '~/features/network/presence.ts'
import { columnsOf, shownColumns, type Tier } from '~/features/peers/peers-columns.ts'
import { csvOf } from '~/features/peers/peers-csv.ts'
import { filterIn, isNarrowed, type PeerFilter, unfiltered, withFilter } from '~/features/peers/peers-filter.ts'
import { peersShown, rowOf, versionsOf } from '~/features/peers/peers-rows.ts'
import { allToggled, coverOf, extended, nothing, toggled } from '~/features/peers/peers-selection.ts'
import { acme, ago, NOW, snapshot, status } from './acme.ts'

const hub = { connected: true, appliedRevision: 7, fault: null, version: null, at: null }
const plan = acme()
const presence = presenceOf(
  plan,
  {
    status: [
      status(2, { rx: 5, endpoint: '198.51.100.9:51820', version: '0.9.0' }),
      status(3, { online: false, handshakeAt: ago(1), endpoint: '198.51.100.10:51820', version: '0.10.0' }),
      status(5, { rx: 70, tx: 9, endpoint: '[2001:db8::1]:51820', version: '0.10.0' }),
    ],
    hub,
  },
  NOW,
)

const shown = (patch: Partial<PeerFilter>) =>
  peersShown(plan, presence, { ...unfiltered, ...patch }).map((peer) => rowOf(plan, presence, peer))
const names = (patch: Partial<PeerFilter>) => shown(patch).map((row) => row.peer.name)

test.each<[Partial<PeerFilter>, string[]]>([
  [{}, ['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2']],
  [{ down: true }, ['cam-2', 'cam-1', 'db-1', 'zoe', 'build-7', 'ana', 'hub']],
  [{ within: 'people' }, ['ana', 'build-7', 'zoe']],
  [{ within: 'gone' }, ['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2']],
  [{ q: ' CAM ' }, ['cam-1', 'cam-2']],
  [{ q: '10.42.32' }, ['db-1']],
  [{ q: 'guests' }, ['zoe']],
  [{ q: 'cams 2' }, ['cam-1', 'cam-2']],
  [{ q: 'cams cam-2' }, ['cam-2']],
  [{ q: '198.51.100.9:' }, ['ana']],
  [{ state: 'online' }, ['hub', 'ana', 'db-1']],
  [{ state: 'connected' }, ['hub', 'ana', 'db-1']],
  [{ state: 'away' }, ['build-7', 'zoe', 'cam-1', 'cam-2']],
  [{ state: 'not-joined' }, []],
  [{ state: 'sleepy' }, ['hub', 'ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2']],
  [{ state: 'online', within: 'prod' }, ['db-1']],
  [{ kind: 'hub' }, ['hub']],
  [{ admin: 'yes' }, []],
  [{ version: '0.10.0' }, ['build-7', 'db-1']],
])('the list with %j shows %j', (patch, expected) => {
  expect(names(patch)).toEqual(expected)
})

test('the list finds innernet clients, and devices that need a new configuration', () => {
  const handed = {
    address: '10.42.64.9',
    address6: null,
    allowed: ['10.42.0.0/16'],
    endpoint: '203.0.113.7:51820',
    hubKey: 'k',
  }
  const moved = acme({
    peers: snapshot().peers.map((peer) => (peer.name === 'cam-2' ? { ...peer, kind: 'device', handed } : peer)),
  })
  const seen = presenceOf(moved, { status: [status(4, { version: INNERNET_VERSION })], hub }, NOW)
  const found = (kind: string) => peersShown(moved, seen, { ...unfiltered, kind })
  expect(found('innernet').map(({ name }) => name)).toEqual(['zoe'])
  expect(found('stale').map(({ name }) => name)).toEqual(['cam-2'])
  const [zoe, cam] = ['innernet', 'stale'].flatMap(found).map((peer) => rowOf(moved, seen, peer))
  expect(zoe).toMatchObject({ innernet: true, stale: [] })
  expect(cam).toMatchObject({ innernet: false, stale: [{ line: 'Address = 10.42.64.2/32' }] })
})

test.each<[Partial<PeerFilter>, string[]]>([
  [{ sort: 'name' }, ['ana', 'build-7', 'cam-1', 'cam-2', 'db-1', 'hub', 'zoe']],
  [{ sort: 'rx' }, ['build-7', 'ana', 'db-1']],
  [{ sort: 'rx', down: true }, ['db-1', 'ana', 'build-7']],
  [{ sort: 'version' }, ['ana', 'build-7', 'db-1']],
  [{ sort: 'endpoint' }, ['ana', 'build-7', 'db-1']],
  [{ sort: 'endpoint', down: true }, ['db-1', 'build-7', 'ana']],
  [{ sort: 'state' }, ['hub', 'ana', 'db-1', 'build-7']],
  [{ sort: 'state', down: true }, ['zoe', 'cam-1', 'cam-2', 'build-7', 'hub']],
  [{ sort: 'cidr' }, ['cam-1', 'cam-2', 'db-1', 'ana']],
])('the list with %j begins with %j', (patch, first) => {
  expect(names(patch).slice(0, first.length)).toEqual(first)
})

test.each(['seen', 'rx', 'tx', 'revision', 'version', 'endpoint'] as const)(
  'whoever has no %s comes last, both ways',
  (sort) => {
    for (const down of [false, true]) {
      const last = shown({ sort, down }).slice(-4)
      expect(last.map((row) => row.status)).toEqual([undefined, undefined, undefined, undefined])
    }
  },
)

test('versions are offered newest first, as numbers', () => {
  expect(versionsOf(plan, presence)).toEqual(['0.10.0', '0.9.0'])
})

test('an address says a filter, and leaves out what is usual', () => {
  const filter: PeerFilter = { ...unfiltered, q: 'cam 2', state: 'online', sort: 'rx', down: true }
  const query = withFilter(new URLSearchParams('other=1&within=old'), filter)
  expect(query.toString()).toBe('other=1&q=cam+2&state=online&sort=rx&down=yes')
  expect(filterIn(query)).toEqual(filter)
  expect(withFilter(query, unfiltered).toString()).toBe('other=1')
  expect(filterIn(new URLSearchParams('sort=shoe-size')).sort).toBe('address')
})

test.each<[Partial<PeerFilter>, boolean]>([
  [{}, false],
  [{ sort: 'rx', down: true }, false],
  [{ q: '  ' }, false],
  [{ q: 'a' }, true],
  [{ admin: 'no' }, true],
])('that %j leaves rows out: %s', (patch, narrowed) => {
  expect(isNarrowed({ ...unfiltered, ...patch })).toBe(narrowed)
})

test('the columns chosen are shown, the name whatever is chosen; unasked as many as fit', () => {
  const keys = (chosen: Parameters<typeof shownColumns>[1], screen: Tier) =>
    shownColumns(columnsOf(acme()), chosen, screen).map((column) => column.key)
  expect(keys(['rx', 'state'], 'always')).toEqual(['name', 'state', 'rx'])
  expect(keys(null, 'always')).toEqual(['name', 'address', 'cidr', 'state', 'handshake'])
  expect(keys(null, 'wide')).toContain('version')
  expect(keys(null, 'wide')).not.toContain('endpoint')
  expect(keys(null, 'huge')).toHaveLength(12)
})

test('an exported list has figures without units, and no cell that a spreadsheet would run', () => {
  const [row] = shown({ q: 'ana' })
  if (!row?.status) throw new Error('ana was not seen')
  const lines = csvOf([{ ...row, status: { ...row.status, version: '=1+1,"x"' } }], columnsOf(plan)).split('\r\n')
  expect(lines[0]).toBe('name,address,cidr,kind,state,seen,handshake,rx,tx,revision,version,endpoint')
  expect(lines[1]).toContain('ana,10.42.16.1,eng,agent,online,')
  expect(lines[1]).toContain(`,5,0,7,"'=1+1,""x""",198.51.100.9:51820`)
  expect(lines[2]).toBe('')
})

test('a range stretches from where it began, and shrinks again', () => {
  const order = [1, 2, 3, 4, 5]
  const begun = toggled(toggled(nothing, 5), 2)
  expect([...extended(begun, order, 4).ids].sort()).toEqual([2, 3, 4, 5])
  expect([...extended(extended(begun, order, 4), order, 3).ids].sort()).toEqual([2, 3, 5])
  expect([...extended(begun, order, 1).ids].sort()).toEqual([1, 2, 5])
  expect([...toggled(begun, 2).ids]).toEqual([5])
  expect([...extended(nothing, order, 3).ids]).toEqual([3])
})

test('all that is shown is selected, and what the filter hides stays as it is', () => {
  const some = toggled(nothing, 9)
  expect(coverOf(some, [1, 2])).toBe('none')
  const all = allToggled(some, [1, 2])
  expect([...all.ids].sort()).toEqual([1, 2, 9])
  expect(coverOf(all, [1, 2])).toBe('all')
  expect(coverOf(all, [1, 2, 3])).toBe('some')
  expect([...allToggled(all, [1, 2]).ids]).toEqual([9])
})
