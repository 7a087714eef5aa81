import type { Page } from '@playwright/test'
import { change, loadNetwork, saveStatus } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { newKey, observed } from './seed.ts'
import { see } from './sightings.ts'
import { joinTunnel } from './tunnels.ts'

async function people(net: Net) {
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  const others = []
  for (let nth = 2; nth < 12; nth += 1) others.push(await net.peer(`eng-${nth}`, 'eng', `16.${nth}`))
  await see(net, [ana, ...others])
  return { ana, others }
}

/** Bytes of an hour, told every five minutes: 300 kB received and 60 kB sent in each. */
async function tellTraffic({ stage }: Net, peerId: number): Promise<void> {
  await stage.db.pool.query(
    `INSERT INTO traffic (peer_id, step_s, at, rx, tx)
     SELECT $1, 300, to_timestamp(floor(extract(epoch FROM now()) / 300) * 300 - n * 300), 300000, 60000
     FROM generate_series(0, 11) AS n`,
    [peerId],
  )
}

/** Lets a peer's agent report that it could not apply what it was told. */
async function reportFault({ stage, row }: Net, peerId: number, fault: string): Promise<void> {
  const peer = (await loadNetwork(stage.db, row.id))?.peers.find(({ id }) => id === peerId)
  if (!peer) throw new Error(`there is no peer ${peerId}`)
  await saveStatus(stage.db, row.id, [{ ...observed(peer, { revision: 1, online: true, agoS: 1 }), fault }])
}

/** Adds a peer that is not an agent which has joined. */
const add = (
  net: Net,
  cidrId: number,
  patch: { name: string; address: string; kind: 'agent' | 'device'; joined: boolean },
) =>
  change(net.stage.db, { networkId: net.row.id, actor: net.stage.ctx.actor, kind: 'peer.created' }, (tx) =>
    tx.insert('peers', {
      cidrId,
      name: patch.name,
      address: patch.address,
      kind: patch.kind,
      publicKey: patch.joined ? newKey() : null,
      enabled: true,
      isAdmin: false,
      listenPort: null,
      endpointOverride: null,
      redeemedAt: patch.joined ? new Date().toISOString() : null,
      deletedAt: null,
    }),
  )

const reaches = (page: Page) => page.getByRole('list', { name: 'What ana reaches' })

test('a peer’s page tells how it stands, what it carries, and what it reaches and why', async ({ admin, net }) => {
  const { ana, others } = await people(net)
  await joinTunnel(net, [ana, others[0] ?? 0])
  await tellTraffic(net, ana)
  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByText('current, proven')).toBeVisible()
  await expect(admin.getByRole('list', { name: 'Endpoints', exact: true }).getByRole('listitem').first()).toContainText(
    'seen by the hub, in use',
  )
  await expect(admin.getByText('1 tunnel: 1 direct, 0 relayed, 0 without handshake')).toBeVisible()

  const chart = admin.getByRole('slider', { name: 'Traffic of ana' })
  await chart.focus()
  await admin.keyboard.press('ArrowLeft')
  await expect(chart).toHaveAttribute('aria-valuetext', /received 1\.0 kB\/s, sent 200 B\/s/)
  await admin.getByText('In figures').click()
  const table = admin.getByRole('table', { name: 'Traffic of ana in figures' })
  await expect(table.getByRole('row').nth(1)).toContainText(/kB|MB/)
  await expect(table.getByRole('row').last()).toContainText('–')
  await admin.getByRole('radio', { name: '30 days' }).click()
  await expect(admin.getByText('Its agent has not told of any yet.')).toBeVisible()

  await expect(reaches(admin)).toContainText('They sit in eng, as ana does.')
  await expect(reaches(admin)).toContainText('1 direct')
  await admin.getByLabel('Search what ana reaches').fill('eng-2')
  await expect(reaches(admin).getByRole('list', { name: 'Peers in eng' }).getByRole('listitem')).toHaveCount(1)
  await reaches(admin).getByRole('button', { name: 'Why ana reaches eng-2' }).click()
  await expect(reaches(admin)).toContainText('ana and eng-2 reach each other directly.')
  await expect(admin.getByRole('list', { name: 'History of ana' })).toContainText('added ana in eng')
})

test('it leads to the graph, where the peer is followed', async ({ admin, net }) => {
  const { ana } = await people(net)
  await admin.goto(net.path(`peers/${ana}`))
  await admin.getByRole('link', { name: 'Follow in the graph' }).click()
  await expect(admin).toHaveURL(/graph\?peer=ana/)
  await expect(admin.getByRole('complementary').getByRole('heading', { name: 'ana' })).toBeVisible()
})

test('a fault, an absence and what was never told are said as such', async ({ admin, net }) => {
  const { ana, others } = await people(net)
  await see(net, [ana], { online: false, agoS: 7200 })
  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByText('offline').first()).toBeVisible()
  await expect(admin.getByText(', in use')).toHaveCount(0)
  await expect(admin.getByText('Its agent has not told of any yet.')).toBeVisible()
  await reportFault(net, others[0] ?? 0, 'no such device wg0')
  await admin.goto(net.path(`peers/${others[0]}`))
  await expect(admin.getByRole('note').filter({ hasText: 'Its agent reports a fault' })).toContainText(
    'no such device wg0',
  )
})

test('who has not joined, a device and the hub have pages that fit them', async ({ admin, net }) => {
  const eng = await net.cidr('eng', '16.0/24')
  const { value: zoe } = await add(net, eng.id, { name: 'zoe', address: net.at('16.9'), kind: 'agent', joined: false })
  await admin.goto(net.path(`peers/${zoe.id}`))
  await expect(admin.getByText('Nobody yet: it has not redeemed its invitation.')).toBeVisible()
  await expect(admin.getByText('None yet: it has not joined.')).toBeVisible()
  await expect(admin.getByText('It has reported nothing yet.')).toBeVisible()

  const { value: phone } = await add(net, eng.id, {
    name: 'phone',
    address: net.at('16.10'),
    kind: 'device',
    joined: true,
  })
  await admin.goto(net.path(`peers/${phone.id}`))
  await expect(admin.getByText('its hub: a device runs no agent')).toBeVisible()
  await expect(admin.getByText('Its hub has not told of any yet.')).toBeVisible()

  await admin.goto(net.path('peers'))
  await admin.getByRole('link', { name: 'hub', exact: true }).click()
  await expect(admin.getByRole('heading', { level: 1 })).toContainText('hub')
  await expect(admin.getByText('the network’s')).toBeVisible()
})
