import type { Page } from '@playwright/test'
import { loadNetwork } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'

async function people(net: Net): Promise<{ ana: number; ben: number }> {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  const ben = await net.peer('ben', 'eng', '16.2')
  await net.peer('cleo', 'ops', '17.1')
  return { ana, ben }
}

async function choose(page: Page, name: string) {
  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name }).click()
}

test.describe('a peer', () => {
  test('is renamed, and refused a name that is taken', async ({ admin, net }) => {
    const { ana } = await people(net)
    await admin.goto(net.path(`peers/${ana}`))
    await choose(admin, 'Rename')
    const dialog = admin.getByRole('dialog', { name: 'Rename ana' })
    await dialog.getByLabel('Name').fill('ben')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await expect(dialog.getByRole('alert')).toHaveText('There already is a peer named ben; choose another name.')
    await dialog.getByLabel('Name').fill('Ana')
    await expect(dialog.getByRole('alert')).toHaveText('A name has lower-case letters only: write ana.')
    await dialog.getByLabel('Name').fill('ana-two')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(admin.getByRole('heading', { level: 1 })).toContainText('ana-two')
  })

  test('is disabled and enabled, and what that cuts and opens is shown before', async ({ admin, net }) => {
    const { ana } = await people(net)
    await admin.goto(net.path(`peers/${ana}`))
    await expect(admin.getByRole('list', { name: 'What ana reaches' })).toContainText('ana and ben both sit in eng.')

    await admin.getByRole('button', { name: 'Disable' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Disable ana?' })
    await expect(dialog.getByRole('region', { name: 'Effect' })).toContainText('−2 pairs')
    await dialog.getByRole('button', { name: 'Show pairs' }).click()
    await expect(dialog).toContainText('ana – ben')
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await expect(admin.getByText('Nobody: it is disabled')).toBeVisible()

    await admin.getByRole('button', { name: 'Enable' }).click()
    await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('+2 pairs')
    await admin.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await expect(admin.getByRole('list', { name: 'What ana reaches' })).toContainText('eng')
  })

  test('is moved, and gets an address there', async ({ admin, net }) => {
    const { ana } = await people(net)
    await admin.goto(net.path(`peers/${ana}`))
    await choose(admin, 'Move to another CIDR')
    const dialog = admin.getByRole('dialog', { name: 'Move ana' })
    await dialog.getByLabel(/^Move .* to$/).selectOption({ label: `ops · ${net.at('17.0/24')}` })
    await expect(dialog).toContainText(`becomes ${net.at('17.2')}.`)
    await expect(dialog.getByRole('region', { name: 'Effect' })).toContainText('+1 pairs')
    await dialog.getByRole('button', { name: 'Move' }).click()
    await expect(admin.getByRole('button', { name: `Copy address ${net.at('17.2')}` })).toBeVisible()
    await expect(admin.getByRole('list', { name: 'History of ana' })).toContainText(
      `moved ana from eng to ops, ${net.at('16.1')} → ${net.at('17.2')}`,
    )
  })

  test('is deleted, after what is lost was named; its address stays taken', async ({ admin, net }) => {
    const { ana } = await people(net)
    await admin.goto(net.path(`peers/${ana}`))
    await choose(admin, 'Delete')
    const question = admin.getByRole('alertdialog', { name: 'Delete ana?' })
    await expect(question).toContainText(`Its address ${net.at('16.1')} stays taken until you release it.`)
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await question.getByRole('button', { name: 'Delete peer' }).click()
    await expect(admin).toHaveURL(net.path('peers'))
    await expect(admin.getByRole('grid', { name: 'Peers' })).not.toContainText('ana')

    await admin.goto(net.path('tree?cidr=eng'))
    await admin.getByRole('button', { name: 'Add peer' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Add peer' })
    await expect(dialog.getByLabel('Address')).toHaveValue(net.at('16.3'))
    await dialog.getByLabel('Address').fill(net.at('16.1'))
    await expect(dialog.getByRole('alert')).toContainText('belonged to ana, which was deleted')
  })

  test('is invited again, which ends its earlier key', async ({ admin, net }) => {
    const { ana } = await people(net)
    await admin.goto(net.path(`peers/${ana}`))
    await choose(admin, 'Re-invite')
    const dialog = admin.getByRole('dialog', { name: 'Re-invite ana?' })
    await expect(dialog).toContainText('It is cut off at once')
    await expect(dialog.getByRole('region', { name: 'Effect' })).toContainText('−2 pairs')
    await dialog.getByRole('button', { name: 'Re-invite' }).click()
    const handout = admin.getByRole('dialog', { name: 'Invitation for ana' })
    await expect(handout.getByRole('list', { name: 'Progress of joining' })).toContainText('redeemed')
    await handout.getByRole('button', { name: 'Done' }).click()

    const stored = (await loadNetwork(net.stage.db, net.row.id))?.peers.find((peer) => peer.id === ana)
    expect(stored?.publicKey).toBeNull()
    await admin.getByRole('link', { name: /^Invitations/ }).click()
    const waiting = admin.getByRole('list', { name: 'Waiting invitations' })
    await expect(waiting).toContainText('ana')
    await waiting.getByRole('button', { name: 'Revoke' }).click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Revoke invitation' }).click()
    await admin.getByRole('radio', { name: /^Revoked/ }).click()
    await expect(admin.getByRole('list', { name: 'Revoked invitations' })).toContainText('ana')
  })

  test('that is a hub can be neither disabled nor deleted, and says why', async ({ admin, net }) => {
    await admin.goto(net.path('peers'))
    await admin.getByRole('link', { name: 'hub' }).click()
    await admin.getByRole('button', { name: 'Actions for hub' }).click()
    await expect(admin.getByRole('menuitem', { name: 'Delete' })).toContainText('A hub cannot be deleted')
    await expect(admin.getByRole('menuitem', { name: 'Delete' })).toBeDisabled()
    await expect(admin.getByRole('menuitem', { name: 'Disable' })).toBeDisabled()
  })
})

test('a full CIDR refuses another peer', async ({ admin, net }) => {
  await net.cidr('tiny', '16.0/30')
  await net.peer('one', 'tiny', '16.1')
  await net.peer('two', 'tiny', '16.2')
  await admin.goto(net.path('tree?cidr=tiny'))
  await admin.getByRole('button', { name: 'Add peer' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Add peer' })
  await dialog.getByLabel('Name').fill('three')
  await dialog.getByRole('button', { name: 'Add peer' }).click()
  await expect(dialog.getByRole('alert')).toContainText(/^tiny \(.*\) is full/)
})
