import type { Page } from '@playwright/test'
import { change } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { revisionOf, see, tellAffected } from './sightings.ts'
import { cutTo, joinTunnel, tellTunnels } from './tunnels.ts'

/** ana in eng and db-1 in db, which an association joins. */
async function pair(net: Net): Promise<{ ana: number; db: number }> {
  await net.cidr('eng', '16.0/24')
  await net.cidr('db', '17.0/24')
  await net.associate('eng', 'db')
  const ana = await net.peer('ana', 'eng', '16.1')
  const db = await net.peer('db-1', 'db', '17.1')
  await see(net, [ana, db])
  return { ana, db }
}

/** The steps themselves; some hold lists of endpoints. */
const steps = (page: Page) =>
  page.getByRole('list', { name: 'Why ana reaches db-1, step by step' }).locator(':scope > li')

async function ask(page: Page, net: Net): Promise<void> {
  await page.goto(`${net.path('graph')}?peer=ana&to=db-1`)
  await expect(steps(page).first()).toBeVisible()
}

/** Changes a peer's row as a verb would. */
const edit = (net: Net, id: number, patch: { enabled?: boolean; redeemedAt?: null }) =>
  change(net.stage.db, { networkId: net.row.id, actor: net.stage.ctx.actor, kind: 'peer.edited' }, (tx) =>
    tx.update('peers', id, patch),
  )

test('the chain is told whole: rule, agents, path, handshake', async ({ admin, net }) => {
  const { ana, db } = await pair(net)
  await joinTunnel(net, [ana, db])
  await ask(admin, net)
  await expect(admin.getByText('ana and db-1 reach each other directly.')).toBeVisible()
  await expect(steps(admin)).toHaveCount(5)
  await expect(steps(admin).nth(0)).toContainText('eng and db are associated: ana sits in eng, db-1 sits in db.')
  await expect(steps(admin).nth(2)).toContainText(/ana has applied revision \d+, which is current/)
  await expect(steps(admin).nth(3)).toContainText('Direct')
  await expect(steps(admin).nth(4)).toContainText(/Handshake .* ago/)
  await expect(steps(admin).nth(4)).toContainText('ana received 214 kB from db-1 and sent 9.0 kB.')
})

test('a detour is told as one', async ({ admin, net }) => {
  const { ana, db } = await pair(net)
  await joinTunnel(net, [ana, db], { via: 'relay', at: '203.0.113.7:51820' })
  await ask(admin, net)
  await expect(admin.getByText('reaches, relayed')).toBeVisible()
  await expect(steps(admin).nth(3)).toContainText('Relayed by a hub')
})

test('broken at the rule: nothing lets the two', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('db', '17.0/24')
  await net.peer('ana', 'eng', '16.1')
  await net.peer('db-1', 'db', '17.1')
  await ask(admin, net)
  await expect(
    admin.getByText('ana may not reach db-1. Nothing lets them; an association of eng and db would.').first(),
  ).toBeVisible()
  await expect(steps(admin).nth(0)).toHaveAttribute('data-state', 'broken')
})

test('broken at the peers: one is disabled, and it is told when that is mended', async ({ admin, net }) => {
  const { ana, db } = await pair(net)
  await edit(net, db, { enabled: false })
  await ask(admin, net)
  await expect(admin.getByText('db-1 is disabled: every node has dropped its key.').first()).toBeVisible()
  await joinTunnel(net, [ana, db])
  await edit(net, db, { enabled: true })
  await see(net, [ana, db])
  await expect(admin.getByText('ana and db-1 reach each other directly.')).toBeVisible()
})

test('broken at the agents: one was away when its view changed', async ({ admin, net }) => {
  const { ana, db } = await pair(net)
  const revision = await revisionOf(net)
  await tellTunnels(net, ana, [cutTo(db, ['198.51.100.9:4000'])])
  await see(net, [db], { online: false, agoS: 7200 })
  await tellAffected(net, revision, [ana, db])
  await see(net, [ana])
  await ask(admin, net)
  const said = new RegExp(`db-1 has not applied revision ${revision}: offline since \\d\\d:\\d\\d`)
  await expect(admin.getByText(said).first()).toBeVisible()
  await expect(steps(admin).nth(2)).toHaveAttribute('data-state', 'broken')
})

test('broken on the wire: no endpoint answers, and those tried are listed', async ({ admin, net }) => {
  const { ana, db } = await pair(net)
  await tellTunnels(net, ana, [cutTo(db, ['198.51.100.9:4000', '192.168.1.9:51820'])])
  await tellTunnels(net, db, [cutTo(ana)])
  await ask(admin, net)
  await expect(
    admin.getByText('ana and db-1 find no path to each other: 2 endpoints tried, none answered.').first(),
  ).toBeVisible()
  await expect(steps(admin).nth(3)).toContainText('192.168.1.9:51820')
  await expect(steps(admin).nth(4)).toContainText('No handshake ever')
})
