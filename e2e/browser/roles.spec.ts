import type { Page } from '@playwright/test'
import { loadNetwork } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { guest, signedIn } from './guests.ts'

/** A network with a lab and an office, and somebody who is admin of the lab. */
async function withLab(net: Net): Promise<{ lab: number; laptop: number }> {
  const lab = await net.cidr('lab', '64.0/20')
  await net.cidr('office', '96.0/20')
  await net.cidr('bench', '64.0/24', 'lab')
  const laptop = await net.peer('laptop', 'office', '96.9')
  await net.peer('scope', 'lab', '65.9')
  return { lab: lab.id, laptop }
}

const settings = async (page: Page, net: Net) => {
  await page.goto(net.path('settings'))
  await expect(page.getByLabel('Hours an invitation lives')).toBeVisible()
}
const revision = async ({ stage, row }: Net) => (await loadNetwork(stage.db, row.id))?.revision

test('a viewer sees everything and changes nothing, and is told why', async ({ browser, stage, net }) => {
  const { laptop } = await withLab(net)
  const page = await signedIn(browser, stage, (await guest(stage, 'viewer')).name)
  const before = await revision(net)
  const reason = 'Your role is viewer; an admin can do this.'

  await page.goto(net.path('peers'))
  await expect(page.getByRole('grid', { name: 'Peers' })).toContainText('laptop')
  const add = page.getByRole('button', { name: 'Add peer' }).first()
  await expect(add).toHaveAttribute('aria-disabled', 'true')
  await add.hover()
  await expect(page.getByRole('tooltip')).toContainText(reason)

  await page.goto(net.path(`peers/${laptop}`))
  await page.getByRole('button', { name: 'Actions for laptop' }).click()
  const rename = page.getByRole('menuitem', { name: /^Rename/ })
  await expect(rename).toHaveAttribute('aria-disabled', 'true')
  await expect(rename).toContainText(reason)

  await page.goto(net.path('access'))
  await expect(page.getByRole('button', { name: 'Associate', exact: true })).toHaveAttribute('aria-disabled', 'true')

  await settings(page, net)
  await expect(page.getByRole('note')).toContainText(reason)
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true')

  // What the page would not send is refused as well.
  const answer = await page.request.post('/api/trpc/network.edit', {
    data: { networkId: net.row.id, invitationHours: 5 },
    headers: { origin: stage.url },
  })
  expect(answer.status()).toBe(403)
  expect(await revision(net)).toBe(before)
  await page.context().close()
})

test('an admin changes a network and its settings, but makes none and manages nobody', async ({
  browser,
  stage,
  net,
}) => {
  const page = await signedIn(browser, stage, (await guest(stage, 'admin')).name)
  await settings(page, net)
  await page.getByLabel('Hours an invitation lives').fill('48')
  await page.getByLabel('Seconds between keepalives').fill('0')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect
    .poll(async () => (await loadNetwork(stage.db, net.row.id))?.network)
    .toMatchObject({
      invitationHours: 48,
      keepaliveS: 0,
    })
  await page.getByRole('button', { name: /^Network / }).click()
  await expect(page.getByRole('menuitem', { name: /New network/ })).toContainText('Only an owner can do this.')
  await page.goto('/people')
  await expect(page.getByText('People are managed by owners')).toBeVisible()
  await page.context().close()
})

test('an admin of one subtree works inside it, and nowhere else', async ({ browser, stage, net }) => {
  const { lab, laptop } = await withLab(net)
  const { name } = await guest(stage, 'admin', { networkId: net.row.id, cidrId: lab })
  const page = await signedIn(browser, stage, name)

  await test.step('sees this one network only', async () => {
    await page.goto('/account')
    await expect(page.getByText('admin of one subtree')).toBeVisible()
    await expect(page.getByRole('list', { name: 'Networks' }).getByRole('link')).toHaveText([net.row.name])
    await page.goto('/n/net-0/tree')
    await expect(page.getByText('There is no network named net-0')).toBeVisible()
  })

  await test.step('may change what is inside, but not the subtree itself', async () => {
    await page.goto(net.path('tree?cidr=lab'))
    await page.getByRole('button', { name: 'Actions for lab' }).click()
    const menu = page.getByRole('menu')
    await expect(menu).toContainText('lab itself was given to you; what is inside it is yours to change.')
    await expect(page.getByRole('menuitem', { name: /^Add peer/ })).not.toHaveAttribute('aria-disabled', 'true')
  })

  await test.step('may not change what is outside', async () => {
    await page.goto(net.path(`peers/${laptop}`))
    await page.getByRole('button', { name: 'Actions for laptop' }).click()
    const remove = page.getByRole('menuitem', { name: /^Delete/ })
    await expect(remove).toContainText('laptop is not in lab, the part that you administer.')
    await settings(page, net)
    await expect(page.getByRole('note')).toContainText('this concerns the whole network')
    const before = await revision(net)
    const answer = await page.request.post('/api/trpc/peer.rename', {
      data: { networkId: net.row.id, peerId: laptop, name: 'mine' },
      headers: { origin: stage.url },
    })
    expect(answer.status()).toBe(403)
    expect(await answer.text()).toContain('laptop is not in lab')
    expect(await revision(net)).toBe(before)
  })

  await test.step('adds a peer inside', async () => {
    await page.goto(net.path('peers?within=lab'))
    await page.getByRole('button', { name: 'Add peer' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('probe')
    await expect(dialog.getByLabel('May administer from its own terminal')).toBeDisabled()
    await dialog.getByRole('button', { name: 'Add peer' }).click()
    await expect(page.getByRole('dialog', { name: 'Invitation for probe' })).toBeVisible()
  })
  await page.context().close()
})
