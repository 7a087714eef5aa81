import type { Page } from '@playwright/test'
import { expect, type Net, test } from './fixtures.ts'

const form = (page: Page) => page.getByRole('region', { name: 'Add CIDR' })

async function startAdding(page: Page, net: Net) {
  await page.goto(net.path('tree'))
  await page.getByRole('button', { name: 'Add CIDR', exact: true }).click()
}

test.describe('adding a CIDR', () => {
  test('draws it before it is saved, and saves it there', async ({ admin, net }) => {
    await startAdding(admin, net)
    await form(admin).getByLabel('Name').fill('lab')
    await expect(form(admin).getByLabel('Prefix')).toHaveValue(net.at('1.0/24'))
    await expect(admin.getByTitle(`lab ${net.at('1.0/24')}`)).toBeVisible()
    await expect(admin.getByRole('treeitem', { name: /^lab,/ })).toHaveCount(0)
    await form(admin).getByRole('button', { name: 'Add CIDR' }).click()
    await expect(admin.getByRole('treeitem', { name: `lab, ${net.at('1.0/24')}, no peers` })).toBeVisible()
    await expect(form(admin)).toHaveCount(0)
  })

  test('is refused where it overlaps, with the name of what it overlaps', async ({ admin, net }) => {
    await net.cidr('ops', '16.0/20')
    await startAdding(admin, net)
    await form(admin).getByLabel('Name').fill('twin')
    await form(admin).getByLabel('Prefix').fill(net.at('17.0/24'))
    await form(admin).getByRole('button', { name: 'Add CIDR' }).click()
    await expect(form(admin).getByRole('alert')).toHaveText(`${net.at('17.0/24')} lies inside ops; add it there.`)
    await expect(admin.getByRole('tree', { name: 'CIDRs' })).not.toContainText('twin')
  })

  test('is refused with host bits set, and told the prefix that was meant', async ({ admin, net }) => {
    await startAdding(admin, net)
    await form(admin).getByLabel('Name').fill('lab')
    await form(admin).getByLabel('Prefix').fill(net.at('32.9/24'))
    const sentence = `${net.at('32.9/24')} has host bits set; the prefix is ${net.at('32.0/24')}.`
    await expect(form(admin).getByRole('alert')).toHaveText(sentence)
  })

  test('is refused with a taken name, by the server, beside the name', async ({ admin, net }) => {
    await startAdding(admin, net)
    await form(admin).getByLabel('Name').fill('infra')
    await form(admin).getByRole('button', { name: 'Add CIDR' }).click()
    await expect(form(admin).getByRole('alert')).toContainText('infra')
    await expect(form(admin).getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
    await expect(form(admin).getByLabel('Name')).toBeFocused()
  })

  test('takes in the CIDRs that it contains, and says so before', async ({ admin, net }) => {
    await net.cidr('eng', '16.0/24')
    await net.cidr('ops', '17.0/24')
    await startAdding(admin, net)
    await form(admin).getByLabel('Name').fill('people')
    await form(admin).getByLabel('Prefix').fill(net.at('16.0/20'))
    await expect(form(admin)).toContainText('Takes in eng, ops.')
    await form(admin).getByRole('button', { name: 'Add CIDR' }).click()
    await expect(admin.getByRole('treeitem', { name: /^eng,/ })).toHaveAttribute('aria-level', '3')
  })
})

test.describe('a CIDR', () => {
  test('says why it cannot be deleted, and is deleted when it is empty', async ({ admin, net }) => {
    await net.cidr('people', '16.0/20')
    await net.cidr('eng', '16.0/24', 'people')
    await net.associate('eng', 'infra')
    await admin.goto(net.path('tree?cidr=people'))
    await admin.getByRole('button', { name: 'Actions for people' }).click()
    const remove = admin.getByRole('menuitem', { name: 'Delete' })
    await expect(remove).toBeDisabled()
    await expect(remove).toContainText('people is not empty; first move or delete what is inside: 1 CIDR (eng).')
    await admin.keyboard.press('Escape')

    await admin.getByRole('treeitem', { name: /^eng,/ }).click()
    await admin.getByRole('button', { name: 'Actions for eng' }).click()
    await admin.getByRole('menuitem', { name: 'Delete' }).click()
    const question = admin.getByRole('alertdialog', { name: 'Delete eng?' })
    await expect(question).toContainText('Its associations go with it: infra.')
    await question.getByRole('button', { name: 'Delete CIDR' }).click()
    await expect(admin.getByRole('treeitem', { name: /^eng,/ })).toHaveCount(0)
  })

  test('is isolated after its effect is shown', async ({ admin, net }) => {
    await net.cidr('cams', '16.0/24')
    for (const nth of [1, 2, 3]) await net.peer(`cam-${nth}`, 'cams', `16.${nth}`)
    await admin.goto(net.path('tree?cidr=cams'))
    await admin.getByRole('button', { name: 'Actions for cams' }).click()
    await admin.getByRole('menuitem', { name: 'Isolate' }).click()
    await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('−3 pairs')
    await admin.getByRole('button', { name: 'Isolate', exact: true }).click()
    await expect(admin.getByRole('treeitem', { name: /^cams,.*isolated$/ })).toBeVisible()
  })
})
