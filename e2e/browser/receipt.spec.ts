import { expect, test } from './fixtures.ts'
import { reportApplied, revisionOf, see, tellAffected } from './sightings.ts'

test('after a change, the page tells how far it has come, until everybody has it', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const [ana, bo, cy] = [
    await net.peer('ana', 'eng', '16.1'),
    await net.peer('bo', 'eng', '16.2'),
    await net.peer('cy', 'eng', '16.3'),
  ]
  await see(net, [ana, bo])
  await see(net, [cy], { online: false, agoS: 7200 })

  await admin.goto(net.path('tree?cidr=eng'))
  await admin.getByRole('button', { name: 'Actions for eng' }).click()
  await admin.getByRole('menuitem', { name: 'Isolate' }).click()
  await admin.getByRole('button', { name: 'Isolate', exact: true }).click()
  const strip = admin.getByRole('region', { name: 'Your change' })
  await expect(strip).toContainText('You isolated eng')
  // Whoever reads it keeps it.
  await strip.hover()

  const revision = await revisionOf(net)
  await tellAffected(net, revision, [ana, bo, cy])
  await expect(strip).toContainText('Applied on 0 of 3 affected agents')
  await reportApplied(net, revision, ana)
  await expect(strip).toContainText('Applied on 1 of 3 affected agents')
  await expect(strip).toContainText(/p50 [\d.]+ (ms|s), slowest ana/)
  await expect(strip.getByRole('list', { name: 'Waiting for' })).toContainText('bocatching up')
  await expect(strip.getByRole('list', { name: 'Waiting for' })).toContainText(/cyoffline since \d\d:\d\d/)
  await reportApplied(net, revision, bo)
  await expect(strip).toContainText('Applied on 2 of 3 affected agents')

  await strip.getByRole('link', { name: 'Details' }).click()
  const panel = admin.getByRole('complementary', { name: 'Selected change' })
  await expect(panel).toContainText('Applied on 2 of 3 affected agents')
  await expect(admin.getByText('2 of 3 applied')).toBeVisible()
  await reportApplied(net, revision, cy)
  await expect(panel).toContainText('Applied on all 3 affected agents')
})
