import { findings } from './findings.ts'
import { expect, type Net, test } from './fixtures.ts'
import { revisionOf, see, tellAffected } from './sightings.ts'

async function furnished(net: Net): Promise<number> {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.associate('eng', 'ops')
  return net.peer('ana', 'eng', '16.1')
}

/** Colours are all that differs in the dark. */
const schemes = [
  { colorScheme: 'light', rules: [] },
  { colorScheme: 'dark', rules: ['color-contrast'] },
] as const

for (const { colorScheme, rules } of schemes) {
  test.describe(`in ${colorScheme}, axe finds nothing`, () => {
    test('on the pages of a network', async ({ admin, net }) => {
      const id = await furnished(net)
      await admin.emulateMedia({ colorScheme })
      const pages = [
        'overview',
        'tree?cidr=eng',
        'tree?view=map',
        'peers',
        `peers/${id}`,
        'access?a=ana&b=hub',
        'invitations',
        'activity',
      ]
      for (const page of pages) {
        await admin.goto(net.path(page))
        await expect(admin.getByRole('heading', { level: 1 })).toBeVisible()
        expect(await findings(admin, rules), page).toEqual([])
      }
    })

    test('on what opens above them', async ({ admin, net }) => {
      const id = await furnished(net)
      await admin.emulateMedia({ colorScheme })
      await admin.goto(net.path('tree?cidr=eng'))
      await admin.getByRole('button', { name: 'Add CIDR', exact: true }).click()
      await admin.getByRole('region', { name: 'Add CIDR' }).getByLabel('Prefix').fill('10.0.0.1/8')
      expect(await findings(admin, rules), 'a form with an error').toEqual([])
      await admin.getByRole('button', { name: 'Actions for eng' }).click()
      expect(await findings(admin, rules), 'a menu').toEqual([])
      await admin.keyboard.press('Escape')
      await admin.getByRole('button', { name: 'Add peer' }).click()
      await admin.getByRole('dialog').getByLabel('Name').fill('ben')
      expect(await findings(admin, rules), 'a dialog').toEqual([])
      await admin.getByRole('dialog').getByRole('button', { name: 'Add peer' }).click()
      await expect(admin.getByRole('dialog', { name: 'Invitation for ben' })).toBeVisible()
      expect(await findings(admin, rules), 'an invitation').toEqual([])
      await admin.goto(net.path(`peers/${id}`))
      await admin.getByRole('button', { name: 'Disable' }).click()
      expect(await findings(admin, rules), 'an effect').toEqual([])
    })

    test('on a change on trial, how far it has come, and its undoing', async ({ admin, net }) => {
      const id = await furnished(net)
      await see(net, [id, await net.peer('ben', 'ops', '17.1')])
      await admin.emulateMedia({ colorScheme })
      await admin.goto(net.path('tree?cidr=eng'))
      await admin.getByRole('button', { name: 'Remove the association with ops' }).click()
      await expect(admin.getByRole('note', { name: 'What this may cut off' })).toBeVisible()
      await admin.getByRole('button', { name: 'Show pairs' }).click()
      expect(await findings(admin, rules), 'a danger').toEqual([])
      const card = admin.getByRole('region', { name: 'Remove association' })
      await card.getByRole('button', { name: 'Remove association' }).click()
      await admin.getByRole('region', { name: 'Your change' }).hover()
      const revision = await revisionOf(net)
      await tellAffected(net, revision, [id])
      await expect(admin.getByText('Applied on 0 of 1 affected agents')).toBeVisible()
      await expect(admin.getByRole('button', { name: 'Take back' })).toBeVisible()
      expect(await findings(admin, rules), 'a trial and a receipt').toEqual([])
      await admin.goto(net.path(`activity?revision=${revision}`))
      await admin.getByRole('button', { name: 'Undo', exact: true }).click()
      await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('+1 pairs')
      expect(await findings(admin, rules), 'an undo').toEqual([])
    })

    test('on the doors', async ({ page, admin }) => {
      for (const path of ['/login', '/setup']) {
        await page.emulateMedia({ colorScheme })
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        expect(await findings(page, rules), path).toEqual([])
      }
      await admin.emulateMedia({ colorScheme })
      await admin.goto('/networks/new')
      await expect(admin.getByLabel('Root CIDR')).toBeVisible()
      expect(await findings(admin, rules), '/networks/new').toEqual([])
    })
  })
}
