import { change, loadNetwork, saveHubStatus, saveStatus } from '@warren/db'
import type { InvitationRow } from '@warren/protocol'
import { expect, type Net, test } from './fixtures.ts'
import { newKey, observed } from './seed.ts'

const MIN = 60_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

type Given = { tail: number; redeemedAt?: string | null } & Partial<
  Pick<InvitationRow, 'createdAt' | 'expiresAt' | 'revokedAt'>
>

/** A peer with an invitation, made and ended as given. */
async function invited(net: Net, name: string, { tail, redeemedAt = null, ...row }: Given): Promise<number> {
  const id = await net.peer(name, 'lab', `16.${tail}`)
  const about = { networkId: net.row.id, actor: net.stage.ctx.actor, kind: 'invitation.created' } as const
  await change(net.stage.db, about, async (tx) => {
    await tx.update('peers', id, { redeemedAt, ...(redeemedAt === null ? { publicKey: null } : {}) })
    const times = { createdAt: ago(60 * MIN), expiresAt: ago(-48 * 60 * MIN), revokedAt: null }
    await tx.insert('invitations', { peerId: id, temporaryKey: newKey(), redeemedAt, ...times, ...row })
  })
  return id
}

test.describe('invitations', () => {
  test('are shown by how they stand, and the address keeps which', async ({ admin, net }) => {
    await net.cidr('lab', '16.0/24')
    await invited(net, 'waits', { tail: 1 })
    await invited(net, 'late', { tail: 2, expiresAt: ago(5 * MIN) })
    await invited(net, 'unwanted', { tail: 3, revokedAt: ago(5 * MIN) })
    await invited(net, 'joined', { tail: 4, redeemedAt: ago(50 * MIN) })
    await admin.goto(net.path('invitations'))
    await expect(admin.getByRole('list', { name: 'Waiting invitations' })).toContainText('waits')
    await expect(admin.getByText('its private key is nowhere else')).toBeVisible()
    for (const [state, name, said] of [
      ['Expired', 'late', 'Nobody used it in time'],
      ['Revoked', 'unwanted', 'Without another one the peer cannot join.'],
      ['Used', 'joined', 'used 50 min ago'],
    ] as const) {
      await admin.getByRole('radio', { name: `${state} 1` }).click()
      const list = admin.getByRole('list', { name: `${state} invitations` })
      await expect(list.locator('> li')).toHaveCount(1)
      await expect(list).toContainText(name)
      await expect(list).toContainText(said)
    }
    await admin.reload()
    await expect(admin.getByRole('radio', { name: 'Used 1' })).toBeChecked()
  })

  test('are re-issued, which shows the new one once and ends the old one', async ({ admin, net }) => {
    await net.cidr('lab', '16.0/24')
    await invited(net, 'late', { tail: 2, expiresAt: ago(5 * MIN) })
    await admin.goto(net.path('invitations'))
    await admin.getByRole('button', { name: 'Re-issue the invitation of late' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Re-invite' }).click()
    const handout = admin.getByRole('dialog', { name: 'Invitation for late' })
    await expect(handout).toContainText('is this machine only, so the line works here and nowhere else')
    await expect(handout.getByRole('textbox', { name: 'Install line' })).toHaveValue(
      new RegExp(`curl -fsSL ${net.stage.url}/install\\.sh`),
    )
    await handout.getByRole('button', { name: 'Done' }).click()
    await admin.getByRole('radio', { name: 'Waiting 1' }).click()
    await expect(admin.getByRole('list', { name: 'Waiting invitations' })).toContainText('expires in')
    await admin.getByRole('radio', { name: 'Expired 1' }).click()
    await expect(admin.getByRole('list', { name: 'Expired invitations' })).toContainText(
      'A later invitation took its place.',
    )
  })

  test('are revoked, after what that means was told', async ({ admin, net }) => {
    await net.cidr('lab', '16.0/24')
    await invited(net, 'waits', { tail: 1 })
    await admin.goto(net.path('invitations'))
    await admin.getByRole('button', { name: 'Revoke the invitation of waits' }).click()
    const question = admin.getByRole('alertdialog', { name: 'Revoke the invitation of waits?' })
    await expect(question).toContainText(`waits stays as a peer that never joined, and keeps ${net.at('16.1')}.`)
    await question.getByRole('button', { name: 'Revoke invitation' }).click()
    await expect(admin.getByText('None waiting')).toBeVisible()
    await expect(admin.getByRole('radio', { name: 'Revoked 1' })).toBeVisible()
    const [row] = (await loadNetwork(net.stage.db, net.row.id))?.invitations ?? []
    expect(row?.revokedAt).not.toBeNull()
  })

  test('tell where a joining is stuck, and that it goes on', async ({ admin, net }) => {
    await net.cidr('lab', '16.0/24')
    const id = await invited(net, 'slow', { tail: 1, redeemedAt: ago(5 * MIN) })
    await admin.goto(net.path('invitations?state=used'))
    const line = admin.getByRole('list', { name: 'Used invitations' }).locator('> li').filter({ hasText: 'slow' })
    await expect(line).toContainText('Redeemed 5 min ago, and no handshake with the hub since')
    await expect(line).toContainText(`UDP to ${net.row.endpoint}`)

    const { db } = net.stage
    const peer = (await loadNetwork(db, net.row.id))?.peers.find((row) => row.id === id)
    if (!peer) throw new Error('slow is gone')
    await saveHubStatus(db, net.row.id, { connected: true, appliedRevision: 9, fault: null, version: '0.1.0' })
    const seen = observed(peer, { revision: 9, online: true, agoS: 1 })
    await saveStatus(db, net.row.id, [{ ...seen, appliedAt: null, appliedRevision: null, fault: 'no wg' }])
    await expect(line).toContainText('Its agent could not apply the view: no wg')
    await saveStatus(db, net.row.id, [seen])
    await expect(line.getByRole('list', { name: 'Progress of joining' }).getByLabel('Done:')).toHaveCount(4)
    await expect(line).not.toContainText('could not apply')
  })

  test('include devices, which never redeem', async ({ admin, net }) => {
    await net.cidr('lab', '16.0/24')
    const id = await net.peer('phone', 'lab', '16.1')
    await net.stage.db.prisma.peer.update({ where: { id }, data: { kind: 'device' } })
    await admin.goto(net.path('invitations'))
    const waiting = admin.getByRole('list', { name: 'Waiting invitations' })
    await expect(waiting).toContainText('phone')
    await expect(waiting).toContainText('does not expire')
    await expect(waiting.getByRole('list', { name: 'Progress of joining' })).not.toContainText('redeemed')
    await expect(waiting.getByRole('button', { name: /^Revoke/ })).toHaveCount(0)
  })
})
