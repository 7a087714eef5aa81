import { randomBytes } from 'node:crypto'
import { change } from '@warren/db'
import { hubServes, type Stack } from '../../e2e/lab/stack.ts'

/** Adds members that nobody runs to a CIDR, as one change: everybody in it sees them, and no tunnel to them works. */
export async function plantMembers(stack: Stack, { cidr, count }: { cidr: string; count: number }): Promise<void> {
  const { ctx, network } = stack
  const row = await stack.db.prisma.cidr.findFirstOrThrow({ where: { networkId: network.id, name: cidr } })
  const [a = '10', b = '0', c = '0'] = row.prefix.split('.')
  const about = { networkId: network.id, actor: ctx.actor, kind: 'peer.created' } as const
  await change(stack.db, about, async (tx) => {
    for (let n = 0; n < count; n += 1) {
      await tx.insert('peers', {
        cidrId: row.id,
        name: `member-${n}`,
        // From the second /24 on: the first is for those who join.
        address: `${a}.${b}.${Number(c) + 1 + Math.floor(n / 250)}.${1 + (n % 250)}`,
        kind: 'agent',
        publicKey: randomBytes(32).toString('base64'),
        enabled: true,
        isAdmin: false,
        listenPort: null,
        endpointOverride: null,
        redeemedAt: new Date().toISOString(),
        deletedAt: null,
      })
    }
  })
  await hubServes(stack, network)
}
