import { expect, type Net, test } from './fixtures.ts'

async function twoCidrs(net: Net) {
  await net.cidr('eng', '16.0/24')
  await net.cidr('prod', '32.0/20')
  await net.cidr('db', '32.0/24', 'prod')
  for (const nth of [1, 2, 3]) await net.peer(`eng-${nth}`, 'eng', `16.${nth}`)
  for (const nth of [1, 2]) await net.peer(`db-${nth}`, 'db', `32.${nth}`)
}

test('two CIDRs are associated in the panel, and the effect is shown before', async ({ admin, net }) => {
  await twoCidrs(net)
  await admin.goto(net.path('tree?cidr=eng'))
  await admin.getByRole('button', { name: 'Associate with…' }).click()
  const card = admin.getByRole('region', { name: 'Associate' })
  await card.getByLabel('Associate eng with').selectOption({ label: `prod · ${net.at('32.0/20')}` })
  await expect(card.getByRole('region', { name: 'Effect' })).toContainText('+6 pairs')
  await expect(card.getByRole('region', { name: 'Effect' })).toContainText('No tunnel is cut.')
  await card.getByRole('button', { name: 'Associate' }).click()
  const reach = admin.getByRole('list', { name: 'What eng may reach' })
  await expect(reach.getByRole('listitem').filter({ hasText: 'prod' })).toContainText('association')

  await admin.getByRole('treeitem', { name: /^db,/ }).click()
  await expect(admin.getByRole('list', { name: 'What db may reach' })).toContainText('through prod – eng')

  await admin.getByRole('treeitem', { name: /^eng,/ }).click()
  await reach.getByRole('button', { name: 'Remove the association with prod' }).click()
  await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('−6 pairs')
  await admin.getByRole('button', { name: 'Remove association' }).click()
  await expect(reach).not.toContainText('prod')
})

test('dragging one card onto another asks to associate the two', async ({ admin, net }) => {
  await twoCidrs(net)
  await admin.goto(net.path('tree'))
  await admin.getByRole('treeitem', { name: /^eng,/ }).dragTo(admin.getByRole('treeitem', { name: /^db,/ }))
  const card = admin.getByRole('region', { name: 'Associate' })
  await expect(card.getByRole('region', { name: 'Effect' })).toContainText('3 peers of eng and 2 peers of db')
  await card.getByRole('button', { name: 'Associate' }).click()
  await expect(admin.getByRole('list', { name: 'What eng may reach' })).toContainText('db')
})

test('“can A reach B?” is answered with the rule, and with the smallest change that would allow it', async ({
  admin,
  net,
}) => {
  await twoCidrs(net)
  await admin.goto(net.path('access'))
  await admin.getByLabel('A', { exact: true }).fill('eng-1')
  await admin.getByLabel('B', { exact: true }).fill('db-2')
  await expect(admin.getByText('No. Nothing lets them; an association of eng and db would.')).toBeVisible()
  const ways = admin.getByRole('region', { name: 'What would allow it' })
  // db-2 in eng would come to reach three, and lose the other of db and what reaches db as prod's.
  await expect(ways.getByRole('listitem')).toHaveText([
    /^move/i,
    /^move/i,
    /^associate eng and db.*Opens 6 pairs, cuts none/i,
  ])
  await ways.getByRole('button', { name: 'Associate…' }).click()
  await ways.getByRole('button', { name: 'Associate', exact: true }).click()
  await expect(admin.getByText('Yes. eng and db are associated: eng-1 sits in eng, db-2 sits in db.')).toBeVisible()
  await expect(admin.getByRole('list', { name: 'Associations' })).toContainText('eng – db')

  await admin.getByRole('button', { name: 'Remove eng – db' }).click()
  await admin.getByRole('button', { name: 'Remove association' }).click()
  await expect(admin.getByText('No. Nothing lets them')).toBeVisible()
})

test('the matrix shows what is associated and what is inherited, and a cell changes it', async ({ admin, net }) => {
  await twoCidrs(net)
  await admin.goto(net.path('access'))
  const cell = (name: string) => admin.getByRole('gridcell', { name, exact: true })
  await expect(cell('eng – eng: same CIDR')).toBeVisible()
  await expect(cell('prod – db: parent and child')).toBeVisible()
  await cell('eng – prod: no access').click()
  const panel = admin.getByRole('complementary', { name: 'About access' })
  await expect(panel).toContainText('Nothing lets peers of eng and of prod reach each other.')
  await panel.getByRole('button', { name: 'Associate…' }).first().click()
  await expect(panel.getByRole('region', { name: 'Effect' })).toContainText('+6 pairs')
  await panel.getByRole('button', { name: 'Associate', exact: true }).click()
  await expect(cell('eng – prod: association')).toBeVisible()
  await expect(cell('prod – eng: association')).toBeVisible()
  await expect(cell('eng – db: inherited association')).toBeVisible()

  await cell('eng – db: inherited association').click()
  await expect(panel).toContainText('Inherited from the association eng – prod.')
  await panel.getByRole('button', { name: 'Show eng – prod' }).click()
  await panel.getByRole('button', { name: 'Remove association…' }).click()
  await panel.getByRole('button', { name: 'Remove association', exact: true }).click()
  await expect(cell('eng – db: no access')).toBeVisible()
})

test('the matrix is walked by the arrow keys, and Space closes a CIDR into one line', async ({ admin, net }) => {
  await twoCidrs(net)
  await net.associate('eng', 'db')
  await admin.goto(net.path('access'))
  const grid = admin.getByRole('grid', { name: 'Access between CIDRs' })
  const cell = (name: string) => admin.getByRole('gridcell', { name, exact: true })
  await cell('prod – eng: no access').click()
  await grid.focus()
  await admin.keyboard.press('ArrowDown')
  await expect(cell('db – eng: association')).toHaveAttribute('aria-selected', 'true')
  await admin.keyboard.press('ArrowUp')
  await admin.keyboard.press(' ')
  await expect(cell('prod – eng: some of what is inside')).toBeVisible()
  await expect(admin.getByRole('button', { name: 'Open prod' })).toBeVisible()
})
