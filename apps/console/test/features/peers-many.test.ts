import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tarOf } from '~/features/invitations/tar.ts'
import { type ManyAction, seatsIn, sortOut } from '~/features/peers/peers-many.ts'
import { acme, ago, peerRow, snapshot } from './acme.ts'

const peers = snapshot().peers.map((peer) => (peer.name === 'zoe' ? { ...peer, enabled: false } : peer))
const plan = acme({ peers })

test.each<[ManyAction, string[], string[]]>([
  [
    'disable',
    ['ana', 'build-7', 'db-1', 'cam-1', 'cam-2'],
    ['hub: A hub cannot be disabled.', 'zoe: It is disabled already.'],
  ],
  [
    'enable',
    ['zoe'],
    [
      'hub: A hub is always enabled.',
      ...['ana', 'build-7', 'db-1', 'cam-1', 'cam-2'].map((name) => `${name}: It is enabled already.`),
    ],
  ],
  [
    'move',
    ['ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2'],
    ['hub: A hub stays where it is: every agent knows its address.'],
  ],
  [
    'delete',
    ['ana', 'build-7', 'zoe', 'db-1', 'cam-1', 'cam-2'],
    ['hub: A hub cannot be deleted: agents reach the console through it.'],
  ],
  [
    're-invite',
    ['ana', 'build-7', 'db-1', 'cam-1', 'cam-2'],
    ['hub: A hub joins by no invitation.', 'zoe: It is disabled, so its invitation would not work; enable it first.'],
  ],
])('to %s leaves out who it cannot be done to', (action, able, unable) => {
  const sorted = sortOut(action, plan.members, () => null)
  expect(sorted.able.map((peer) => peer.name)).toEqual(able)
  expect(sorted.unable.map(({ peer, why }) => `${peer.name}: ${why}`).sort()).toEqual([...unable].sort())
})

test('asking for new keys leaves out who has none, who cannot, and who was asked', () => {
  const asked = peers.map((peer) => {
    if (peer.name === 'ana') return { ...peer, rotateAskedAt: ago(1000) }
    if (peer.name === 'db-1') return { ...peer, redeemedAt: null }
    return peer.name === 'cam-1' ? { ...peer, kind: 'device' as const } : peer
  })
  const { unable } = sortOut('renew', acme({ peers: asked }).members, () => null)
  expect(unable.map(({ peer, why }) => `${peer.name}: ${why}`).sort()).toEqual(
    expect.arrayContaining([
      'ana: It was asked already.',
      'cam-1: It has no agent that could; give it a new configuration instead.',
      'db-1: It has not joined, so it has no key yet.',
      'hub: A hub keeps its key: nodes know it by their invitations.',
    ]),
  )
})

test('whom the person may not change is left out with that reason', () => {
  const { able, unable } = sortOut('delete', plan.membersIn(4), (peer) => (peer.name === 'ana' ? 'not yours' : null))
  expect(able.map((peer) => peer.name)).toEqual(['build-7'])
  expect(unable.map(({ why }) => why)).toEqual(['not yours'])
})

test('those who move get the next free addresses, in the order of their ids; who may stay does', () => {
  const cams = [...plan.membersIn(8)].reverse()
  expect(seatsIn(plan, 4, [...cams, ...plan.membersIn(4)]).map(({ peer, address }) => [peer.name, address])).toEqual([
    ['ana', '10.42.16.1'],
    ['build-7', '10.42.16.2'],
    ['cam-1', '10.42.16.3'],
    ['cam-2', '10.42.16.4'],
  ])
})

test('a full CIDR seats as many as it has room for, and what a deleted peer had is not free', () => {
  const small = snapshot().cidrs.map((row) => (row.name === 'eng' ? { ...row, prefix: '10.42.16.0/29' } : row))
  const buried = { ...peerRow(90, 4, 'old', '10.42.16.3'), deletedAt: ago(1) }
  const tight = acme({ cidrs: small, peers: [...snapshot().peers, buried] })
  const movers = tight.members.filter((peer) => peer.kind !== 'hub' && peer.cidrId !== 4)
  expect(movers).toHaveLength(4)
  expect(seatsIn(tight, 4, movers).map(({ address }) => address)).toEqual(['10.42.16.4', '10.42.16.5', '10.42.16.6'])
})

test('the archive is one that tar takes apart, readable by its owner only', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'warren-tar-'))
  try {
    const name = `${'n'.repeat(63)}.toml`
    const folder = `${'w'.repeat(63)}-invitations`
    const long = 'é'.repeat(700)
    const files = [
      { folder, name, text: long },
      { folder: `${folder}/phone`, name: 'wg.conf', text: '' },
      { folder, name: 'b.toml', text: 'x' },
    ]
    writeFileSync(path.join(dir, 'a.tar'), tarOf(files, 1_700_000_000))
    execFileSync('tar', ['-xpf', 'a.tar'], { cwd: dir })
    expect(readFileSync(path.join(dir, folder, name), 'utf8')).toBe(long)
    expect(readFileSync(path.join(dir, folder, 'b.toml'), 'utf8')).toBe('x')
    expect(readdirSync(path.join(dir, folder, 'phone'))).toEqual(['wg.conf'])
    const { mode, mtimeMs } = statSync(path.join(dir, folder, name))
    expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1_700_000_000_000])
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
