import { gzipSync } from 'node:zlib'
import { expect, test } from './fixtures.ts'

/** What a page may ship of script, in bytes after gzip. */
const MOST = 300_000

test('no page ships more script than it may', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const id = await net.peer('ana', 'eng', '16.1')
  const pages = ['overview', 'tree', 'graph', 'peers', `peers/${id}`, 'access', 'invitations', 'activity'].map(net.path)
  for (const page of ['/networks/new', '/people', '/account', net.path('settings'), ...pages]) {
    const scripts: Promise<number>[] = []
    const onResponse = (response: { url(): string; body(): Promise<Buffer> }) => {
      if (new URL(response.url()).pathname.endsWith('.js'))
        scripts.push(response.body().then((body) => gzipSync(body).length))
    }
    admin.on('response', onResponse)
    await admin.goto(page, { waitUntil: 'load' })
    await expect(admin.getByRole('heading', { level: 1 })).toBeVisible()
    admin.off('response', onResponse)
    const sizes = await Promise.all(scripts)
    expect(sizes.length, page).toBeGreaterThan(0)
    expect(
      sizes.reduce((sum, size) => sum + size, 0),
      page,
    ).toBeLessThan(MOST)
  }
})
