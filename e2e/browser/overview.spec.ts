import { loadNetwork, saveHubStatus, saveStatus } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { observed } from './seed.ts'

const PEERS = ['ana', 'ben', 'cleo', 'dan']

async function crowd(net: Net): Promise<void> {
  await net.cidr('lab', '16.0/29')
  for (const [at, name] of PEERS.entries()) await net.peer(name, 'lab', `16.${at + 1}`)
}

/** Lets peers seem online, but for those named. */
async function seen(net: Net, patches: Record<string, object | null> = {}): Promise<void> {
  const { db } = net.stage
  const rows = (await loadNetwork(db, net.row.id))?.peers.filter((peer) => peer.kind === 'agent') ?? []
  const told = rows.flatMap((peer) => {
    const patch = patches[peer.name]
    return patch === null ? [] : [{ ...observed(peer, { revision: 9, online: true, agoS: 2 }), ...patch }]
  })
  await saveStatus(db, net.row.id, told)
}

test.describe('the overview', () => {
  test('of an empty network says what to do first', async ({ admin, net }) => {
    await admin.goto(net.path('overview'))
    const steps = admin.getByRole('list', { name: 'Begin here' })
    await expect(steps.getByRole('listitem').first().getByLabel('Done')).toBeVisible()
    await expect(steps).toContainText('Draw a CIDR')
    await steps.getByRole('button', { name: 'Add a peer' }).click()
    await expect(admin.getByRole('dialog', { name: 'Add peer' })).toBeVisible()
  })

  test('counts peers by state, and each figure leads to them', async ({ admin, net }) => {
    await crowd(net)
    await seen(net, { dan: null })
    await admin.goto(net.path('overview'))
    const figures = admin.getByRole('list', { name: 'Peers by state' })
    await expect(figures.getByRole('link', { name: /online/ })).toContainText('4 of 5')
    await figures.getByRole('link', { name: /away/ }).click()
    await expect(admin).toHaveURL(/peers\?state=away/)
    const rows = admin.getByRole('grid', { name: 'Peers' }).locator('tbody tr[aria-rowindex]')
    await expect(rows).toHaveCount(1)
    await expect(rows.first()).toContainText('dan')
  })

  test('says what needs attention, live, each with the way to where it is mended', async ({ admin, net }) => {
    await crowd(net)
    await seen(net, { ben: { fault: 'nft is missing' }, cleo: { version: '0.0.9' } })
    await admin.goto(net.path('overview'))
    const warnings = admin.getByRole('list', { name: 'Needs attention' })
    await expect(warnings.getByRole('listitem')).toHaveText([
      /ben could not apply the current view.*nft is missing.*Show it/,
      /lab \(.*\/29\) has 2 of 6 addresses left.*Enlarge it/,
      /1 agent older than the hub \(0\.1\.0\), down to 0\.0\.9/,
    ])
    await seen(net)
    await expect(warnings.getByRole('listitem')).toHaveCount(1)
    await warnings.getByRole('link', { name: 'Enlarge it' }).click()
    await expect(admin).toHaveURL(/tree\?cidr=lab/)
  })

  test('tells how the hub is, and what was done last', async ({ admin, net }) => {
    await crowd(net)
    await seen(net)
    const { db } = net.stage
    const revision = (await loadNetwork(db, net.row.id))?.revision ?? 0
    await saveHubStatus(db, net.row.id, { connected: true, appliedRevision: revision, fault: null, version: '0.1.0' })
    await admin.goto(net.path('overview'))
    await expect(admin.getByText('connected', { exact: true })).toBeVisible()
    await expect(admin.getByText(`${revision}, the latest`)).toBeVisible()
    await expect(admin.getByRole('button', { name: `Copy endpoint ${net.row.endpoint}` })).toBeVisible()
    await saveHubStatus(db, net.row.id, {
      connected: true,
      appliedRevision: revision,
      fault: 'no wg',
      version: '0.1.0',
    })
    await expect(admin.getByText('no wg').first()).toBeVisible()

    const changes = admin.getByRole('list', { name: 'Last changes' })
    await changes.getByRole('link', { name: /anna added the CIDR lab/ }).click()
    await expect(admin).toHaveURL(/activity\?revision=\d+/)
  })

  test('comes after a form that says when the two ports of a network differ', async ({ admin }) => {
    await admin.goto('/networks/new')
    await admin.getByLabel('Name').fill('fresh')
    await admin.getByLabel('UDP port').fill('23456')
    await admin.getByLabel('Public endpoint of the hub').fill('203.0.113.9:23457')
    await expect(admin.getByText('has to forward UDP 23457 to 23456 here')).toBeVisible()
    await admin.getByLabel('Public endpoint of the hub').fill('203.0.113.9:23456')
    await expect(admin.getByText('The hub listens on it')).toBeVisible()
  })
})
