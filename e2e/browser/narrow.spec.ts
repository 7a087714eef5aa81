import { expect, test } from './fixtures.ts'

test.describe('on a phone', () => {
  test('the navigation is a drawer and the panel a sheet', async ({ admin, net }) => {
    await net.cidr('eng', '16.0/24')
    await admin.setViewportSize({ width: 390, height: 844 })
    await admin.goto(net.path('tree'))
    await admin.getByRole('treeitem', { name: /^eng,/ }).click()
    const sheet = admin.getByRole('dialog', { name: 'Selected CIDR' })
    await expect(sheet.getByRole('heading', { name: 'eng' })).toBeVisible()
    await admin.keyboard.press('Escape')
    await expect(sheet).toHaveCount(0)

    await admin.getByRole('button', { name: 'Navigation' }).click()
    await admin
      .getByRole('dialog', { name: 'Navigation' })
      .getByRole('link', { name: /^Peers/ })
      .click()
    await expect(admin.getByRole('list', { name: 'Peers' })).toContainText('hub')
  })

  test('no page is wider than the screen', async ({ admin, net }) => {
    await net.cidr('eng', '16.0/24')
    const id = await net.peer('a-peer-with-a-name-as-long-as-names-may-be-in-a-network-of-ours', 'eng', '16.1')
    await admin.setViewportSize({ width: 390, height: 844 })
    for (const page of [
      'overview',
      'tree',
      'tree?view=map',
      'peers',
      `peers/${id}`,
      'access',
      'invitations',
      'activity',
    ]) {
      await admin.goto(net.path(page))
      await expect(admin.getByRole('heading', { level: 1 })).toBeVisible()
      const width = await admin.evaluate(() => document.documentElement.scrollWidth)
      expect(width, page).toBeLessThanOrEqual(390)
    }
  })
})
