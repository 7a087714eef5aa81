import type { Page } from '@playwright/test'
import { loadNetwork, saveRelays } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { see } from './sightings.ts'
import { cutTo, joinTunnel, tellTunnels } from './tunnels.ts'

const rowOf = async ({ stage, row }: Net) => (await loadNetwork(stage.db, row.id))?.network
const moving = (page: Page) => page.getByRole('note').filter({ hasText: 'The hub is moving' })

test('a hub that moves is known at both places until an admin forgets the old one', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  const ben = await net.peer('ben', 'eng', '16.2')
  await see(net, [ana, ben])
  const { endpoint, listenPort } = net.row

  await test.step('the port goes with the endpoint’s own', async () => {
    await admin.goto(net.path('settings'))
    await admin.getByLabel('Public endpoint of the hub').fill(`vpn.example.org:${listenPort}`)
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(moving(admin)).toContainText(endpoint)
    await admin.getByLabel('Public endpoint of the hub').fill(`vpn.example.org:${listenPort + 1_000}`)
    await expect(admin.getByLabel('UDP port the hub listens on')).toHaveValue(String(listenPort + 1_000))
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect.poll(async () => (await rowOf(net))?.listenPortBefore).toBe(listenPort)
  })

  await test.step('who has not heard of it is named', async () => {
    await expect(moving(admin)).toContainText('2 of 2 agents have not heard of it yet: ana, ben.')
    // One revision past the move, of which everybody is then said to have applied the one before.
    await net.cidr('lab', '17.0/24')
    await see(net, [ana, ben])
    await expect(moving(admin)).toContainText('All 2 agents have heard of it.')
  })

  await test.step('forgotten is forgotten', async () => {
    await moving(admin).getByRole('button', { name: 'Forget the old place' }).click()
    await expect(moving(admin)).toHaveCount(0)
    expect(await rowOf(net)).toMatchObject({ endpointBefore: null, listenPortBefore: null })
    await admin.goto(net.path('activity'))
    await expect(admin.getByText(/ended the move of the hub/)).toBeVisible()
  })
})

test('how agents poll is set for the network, and for one of them', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  await see(net, [ana])
  await admin.goto(net.path('settings'))
  const every = admin.getByLabel('Seconds between polls instead')
  await every.fill('4')
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByRole('alert').filter({ hasText: 'every 5 to 3600 seconds' })).toBeVisible()
  await every.fill('300')
  await admin.getByLabel('Relay where there is no direct path').uncheck()
  await admin.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => rowOf(net)).toMatchObject({ pollEveryS: 300, relay: false, pollHoldS: 50 })

  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByText('asks every 300 s')).toBeVisible()
  await admin.getByRole('button', { name: 'Actions for ana' }).click()
  await admin.getByRole('menuitem', { name: 'Set how it polls' }).click()
  const dialog = admin.getByRole('dialog', { name: 'How ana polls' })
  await expect(dialog).toContainText('The network’s agents: asks every 300 s.')
  await dialog.getByRole('radio', { name: 'Waits' }).click()
  await dialog.getByLabel('Seconds a poll is held').fill('20')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(admin.getByText('waits for news, 20 s at a time')).toBeVisible()
})

test('a relayed pair is told why, and one that the hub refuses in its words', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const [ana, ben, cleo] = [
    await net.peer('ana', 'eng', '16.1'),
    await net.peer('ben', 'eng', '16.2'),
    await net.peer('cleo', 'eng', '16.3'),
  ]
  await see(net, [ana, ben, cleo])
  await joinTunnel(net, [ana, ben], { via: 'relay', at: '203.0.113.7:50001' })
  await tellTunnels(net, cleo, [cutTo(ana, ['198.51.100.1:9'])])
  const pair = { since: new Date().toISOString(), triedA: ['198.51.100.2:5'], triedB: ['10.9.9.1:51820'] }
  const refused = 'The hub relays 1 pairs at most.'
  await saveRelays(net.stage.db, net.row.id, [
    { ...pair, a: ana, b: ben, portA: 50_001, portB: 50_002, refused: null },
    { ...pair, a: ana, b: cleo, portA: null, portB: null, refused },
  ])
  const step = admin.locator('[data-step=path]')
  await admin.goto(net.path('access?a=ana&b=ben'))
  await expect(step).toContainText('No direct endpoint answered, of 2 tried.')
  await expect(step).toContainText('10.9.9.1:51820')
  await admin.goto(net.path('access?a=ana&b=cleo'))
  await expect(step).toContainText(`The hub does not pass their packets on: ${refused}`)
  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByText(`1 peer without a path: ${refused}`)).toBeVisible()
})
