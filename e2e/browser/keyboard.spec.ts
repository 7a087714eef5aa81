import { expect, test } from './fixtures.ts'

test('the tree is walked by the keys of the WAI-ARIA pattern', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/20')
  await net.cidr('web', '16.0/24', 'eng')
  await net.cidr('ops', '32.0/20')
  await admin.goto(net.path('tree'))
  const item = (name: string) => admin.getByRole('treeitem', { name: new RegExp(`^${name},`) })
  await item(net.row.name).focus()

  for (const [key, reached] of [
    ['ArrowDown', 'infra'],
    ['ArrowDown', 'eng'],
    ['ArrowRight', 'web'],
    ['ArrowLeft', 'eng'],
    ['End', 'ops'],
    ['Home', net.row.name],
    ['o', 'ops'],
    ['ArrowUp', 'web'],
    ['ArrowLeft', 'eng'],
  ] as const) {
    await admin.keyboard.press(key)
    await expect(item(reached), `after ${key}`).toBeFocused()
    await expect(item(reached)).toHaveAttribute('aria-selected', 'true')
  }
  await admin.keyboard.press('ArrowLeft')
  await expect(item('eng')).toHaveAttribute('aria-expanded', 'false')
  await expect(item('web')).toHaveCount(0)
  await admin.keyboard.press('ArrowRight')
  await expect(item('web')).toBeVisible()
  await expect(admin).toHaveURL(/cidr=eng/)
})

test('anything is reached by typing its name', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.peer('ana', 'eng', '16.1')
  await admin.goto(net.path('activity'))
  await expect(admin.getByRole('list', { name: 'Changes' })).toContainText('added ana in eng')
  await admin.keyboard.press('Control+k')
  await admin.getByRole('dialog').getByRole('combobox').fill(net.at('16.1'))
  await expect(admin.getByRole('option', { name: /ana/ })).toBeVisible()
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('heading', { level: 1 })).toContainText('ana')
})

test('two CIDRs are associated with the keyboard alone', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await admin.goto(net.path('tree?cidr=eng'))
  const start = admin.getByRole('button', { name: 'Associate with…' })
  await start.focus()
  await admin.keyboard.press('Enter')
  await expect(admin.getByLabel('Associate eng with')).toBeFocused()
  await admin.keyboard.type('ops')
  await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('+0 pairs')
  await admin.keyboard.press('Tab')
  await admin.keyboard.press('Tab')
  await expect(admin.getByRole('button', { name: 'Associate', exact: true }).last()).toBeFocused()
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('list', { name: 'What eng may reach' })).toContainText('ops')
})
