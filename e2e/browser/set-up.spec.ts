import { readFile } from 'node:fs/promises'
import { listNetworks, loadNetwork } from '@warren/db'
import { readInvitation } from '@warren/protocol'
import { registerHubKey } from '../../apps/console/src/server/hub/register-hub-key.ts'
import { expect, test } from './fixtures.ts'
import { readQr } from './qr.ts'
import { connectHub, newKey } from './seed.ts'
import { openStage, type Stage } from './stage.ts'

test.describe('a new console', () => {
  let fresh: Stage
  test.beforeAll(async () => {
    fresh = await openStage({ owner: false })
  })
  test.afterAll(() => fresh.close())

  test('is set up, and hands out its first invitation', async ({ page }) => {
    const token = await fresh.openSetUp()

    await test.step('a stranger is led to the set-up, and refused without the token', async () => {
      await page.goto(`${fresh.url}/`)
      await expect(page).toHaveURL(`${fresh.url}/setup`)
      await page.getByLabel('User name').fill('anna')
      await page.getByLabel('Password').fill('correct horse battery')
      await page.getByRole('button', { name: 'Create admin' }).click()
      await expect(page.getByRole('main').getByRole('alert')).toContainText('The set-up token is missing')
    })

    await test.step('the token leaves the address bar', async () => {
      await page.goto('about:blank')
      await page.goto(`${fresh.url}/setup#token=${token}`)
      await expect(page.getByRole('heading', { name: 'Create the first admin' })).toBeVisible()
      await expect(page).toHaveURL(`${fresh.url}/setup`)
    })

    await test.step('a short password is refused beside its field', async () => {
      await page.getByLabel('User name').fill('anna')
      await page.getByLabel('Password').fill('short')
      await page.getByRole('button', { name: 'Create admin' }).click()
      await expect(page.getByRole('main').getByRole('alert')).toHaveText('A password has at least 10 characters.')
    })

    await test.step('the first admin is made, and signed in', async () => {
      await page.getByLabel('Password').fill('correct horse battery')
      await page.getByRole('button', { name: 'Create admin' }).click()
      await expect(page.getByRole('heading', { name: 'Draw your first network' })).toBeVisible()
    })

    await test.step('the network is made', async () => {
      await expect(page.getByLabel('Root CIDR')).toHaveValue(/^10\.\d+\.0\.0\/16$/)
      await page.getByLabel('Name').fill('acme')
      await page.getByLabel('Root CIDR').fill('10.42.0.0/16')
      await page.getByLabel('Public endpoint of the hub').fill('203.0.113.7:51820')
      await page.getByRole('button', { name: 'Create network' }).click()
      await expect(page).toHaveURL(`${fresh.url}/n/acme/tree`)
      await expect(page.getByRole('treeitem', { name: /^infra, 10\.42\.0\.0\/24/ })).toBeVisible()
      await expect(page.getByRole('note')).toContainText('sudo npm start')
    })

    const [network] = await listNetworks(fresh.db)
    if (!network) throw new Error('no network was made')
    await registerHubKey(fresh.ctx, { networkId: network.id, publicKey: newKey() })
    await connectHub(fresh.ctx, network.id)

    await test.step('the banner goes when the hub comes', async () => {
      await expect(page.getByRole('note')).toHaveCount(0)
    })

    await test.step('a CIDR is added at the place that the form suggests', async () => {
      await page.getByRole('button', { name: 'Add a CIDR', exact: true }).click()
      const form = page.getByRole('region', { name: 'Add CIDR' })
      await expect(form.getByLabel('Prefix')).toHaveValue('10.42.1.0/24')
      await form.getByLabel('Name').fill('laptops')
      await form.getByLabel('Size').selectOption({ label: '/20 · 4\u202f094 addresses' })
      await expect(form.getByLabel('Prefix')).toHaveValue('10.42.16.0/20')
      await form.getByRole('button', { name: 'Add CIDR' }).click()
      await expect(page.getByRole('treeitem', { name: /^laptops, 10\.42\.16\.0\/20/ })).toHaveAttribute(
        'aria-selected',
        'true',
      )
    })

    await test.step('a peer is added, and its invitation says the same in every form', async () => {
      await page.getByRole('button', { name: 'Add a peer' }).click()
      const dialog = page.getByRole('dialog', { name: 'Add peer' })
      await expect(dialog.getByLabel('Address')).toHaveValue('10.42.16.1')
      await dialog.getByLabel('Name').fill('ana-laptop')
      await dialog.getByRole('button', { name: 'Add peer' }).click()

      const handout = page.getByRole('dialog', { name: 'Invitation for ana-laptop' })
      const token = await handout.getByRole('textbox', { name: 'Token' }).inputValue()
      const invitation = readInvitation(token)
      expect(invitation.interface).toMatchObject({ 'network-name': 'acme', address: '10.42.16.1/16' })
      expect(invitation.server['external-endpoint']).toBe('203.0.113.7:51820')

      const line = `printf %s '${token}' | sudo sh -c "$(curl -fsSL ${fresh.url}/install.sh)"`
      await expect(handout.getByRole('textbox', { name: 'Install line' })).toHaveValue(line)
      expect(await readQr(handout.getByRole('img', { name: /QR code/ }))).toBe(token)

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        handout.getByRole('button', { name: 'Save ana-laptop.toml' }).click(),
      ])
      expect(readInvitation(await readFile(await download.path(), 'utf8'))).toEqual(invitation)

      const stored = JSON.stringify(await loadNetwork(fresh.db, network.id))
      expect(stored).not.toContain(invitation.interface['private-key'])
      await handout.getByRole('button', { name: 'Done' }).click()
      await expect(handout).toHaveCount(0)
      await expect(page.getByRole('list', { name: 'Peers of laptops' })).toContainText('ana-laptop')
    })

    await test.step('the set-up is closed for good', async () => {
      await page.goto(`${fresh.url}/setup#token=${token}`)
      await expect(page.getByRole('heading', { name: 'This console is set up' })).toBeVisible()
      await expect(page.getByLabel('Password')).toHaveCount(0)
    })
  })
})
