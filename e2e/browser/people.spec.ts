import { findings } from './findings.ts'
import { expect, test } from './fixtures.ts'
import { guest, PASSWORD, signedIn } from './guests.ts'
import { OWNER } from './stage.ts'

test.describe('people', () => {
  test('somebody is added with a subtree, sets a password with the link, and is at work', async ({
    admin,
    browser,
    net,
    stage,
  }) => {
    await net.cidr('lab', '64.0/20')
    await admin.goto('/people')
    await admin.getByRole('button', { name: 'Add person' }).click()
    const dialog = admin.getByRole('dialog')
    const name = `dora-${net.row.name}`
    await dialog.getByLabel('User name').fill(name)
    await dialog.getByLabel('Admin of one subtree').check()

    await test.step('without the CIDR it is refused beside the choice', async () => {
      await dialog.getByRole('button', { name: 'Add and make link' }).click()
      await expect(dialog.getByRole('alert')).toHaveText('Choose the CIDR.')
    })

    await dialog.getByLabel('Network', { exact: true }).selectOption(net.row.name)
    await dialog.getByLabel('Find a CIDR').fill('lab')
    await dialog.getByRole('radio', { name: 'lab' }).check()
    await dialog.getByRole('button', { name: 'Add and make link' }).click()
    const link = await admin
      .getByRole('dialog', { name: `Link for ${name}` })
      .getByTestId('link')
      .innerText()
    expect(link).toMatch(new RegExp(`^${stage.url}/welcome#token=`))
    await admin.getByRole('button', { name: 'Done' }).click()
    const row = admin.getByRole('list', { name: 'People', exact: true }).getByRole('listitem').filter({ hasText: name })
    await expect(row).toContainText(`admin of lab in ${net.row.name}`)
    await expect(row).toContainText('link open')

    const context = await browser.newContext({ baseURL: stage.url })
    const page = await context.newPage()
    await test.step('the link leads in, and its token leaves the address bar', async () => {
      await page.goto(link)
      await expect(page.getByRole('heading', { name: `Welcome, ${name}` })).toBeVisible()
      await expect(page).toHaveURL('/welcome')
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Set password' }).click()
      await expect(page).toHaveURL(new RegExp(`/n/${net.row.name}/`))
    })

    await test.step('it works once', async () => {
      const other = await context.newPage()
      await other.goto(link)
      await expect(other.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
    })

    await test.step('the log tells of it', async () => {
      await admin.reload()
      const log = admin.getByRole('list', { name: 'What was done to people' })
      await expect(log).toContainText(`${OWNER.name} added ${name} as admin of lab in ${net.row.name}`)
      await expect(log).toContainText(`${name} set a password by their link`)
    })
    await context.close()
  })

  test('who is disabled is out within seconds, without a click', async ({ admin, browser, net, stage }) => {
    const { name } = await guest(stage, 'viewer')
    const page = await signedIn(browser, stage, name)
    await page.goto(net.path('overview'))
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()

    await admin.goto('/people')
    await admin.getByRole('button', { name: `Actions for ${name}` }).click()
    await admin.getByRole('menuitem', { name: 'Disable' }).click()
    await admin.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click()
    const row = admin.getByRole('list', { name: 'People', exact: true }).getByRole('listitem').filter({ hasText: name })
    await expect(row).toContainText('disabled')
    await expect(page).toHaveURL(/\/login/, { timeout: 20_000 })
    await page.context().close()
  })

  test('the last owner stays', async ({ admin }) => {
    await admin.goto('/people')
    await admin.getByRole('button', { name: `Actions for ${OWNER.name}` }).click()
    await expect(admin.getByRole('menuitem', { name: /^Remove/ })).toHaveAttribute('aria-disabled', 'true')
    await admin.getByRole('menuitem', { name: 'Change role' }).click()
    const dialog = admin.getByRole('dialog', { name: `Rights of ${OWNER.name}` })
    await dialog.getByLabel('Viewer').check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(dialog.getByRole('alert')).toHaveText(
      `${OWNER.name} is the last owner; make somebody else an owner first.`,
    )
  })

  test('are for owners only', async ({ browser, stage }) => {
    const { name } = await guest(stage, 'admin')
    const page = await signedIn(browser, stage, name)
    await page.goto('/people')
    await expect(page.getByText('People are managed by owners')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Add person' })).toHaveAttribute('aria-disabled', 'true')
    await page.context().close()
  })
})

test('axe finds nothing on the pages of people, the account and settings, in light and dark', async ({
  admin,
  net,
}) => {
  await admin.goto('/people')
  for (const [colorScheme, rules] of [
    ['light', []],
    ['dark', ['color-contrast']],
  ] as const) {
    await admin.emulateMedia({ colorScheme })
    for (const path of ['/people', '/account', net.path('settings')]) {
      await admin.goto(path)
      await expect(admin.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(admin.getByRole('heading', { level: 2 }).first()).toBeVisible()
      expect(await findings(admin, [...rules]), `${path} in ${colorScheme}`).toEqual([])
    }
  }
  await admin.goto('/people')
  await admin.getByRole('button', { name: 'Add person' }).click()
  await admin.getByLabel('Admin of one subtree').check()
  await expect(admin.getByLabel('Find a CIDR')).toBeVisible()
  expect(await findings(admin, []), 'adding a person').toEqual([])
})
