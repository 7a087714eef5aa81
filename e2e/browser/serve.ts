import { touchOnline } from '@warren/db'
import { LARGE, plant, plantNetwork, SMALL, TONARI } from './seed.ts'
import { OWNER, openStage } from './stage.ts'

/** Serves a console with seeded networks (empty, 10, 250 and 2,000 peers) until Ctrl-C: npx tsx e2e/browser/serve.ts [port] */
const stage = await openStage({ owner: true, port: Number(process.argv[2] ?? 3300) })
await plantNetwork(stage.ctx, { name: 'empty', prefix: '10.41.0.0/16', listenPort: 51830 }, false)
for (const seed of [TONARI, SMALL, LARGE]) await plant(stage.ctx, seed)
console.log(`${stage.url}  ${OWNER.name} / ${OWNER.password}`)
// Without a coordinator nobody vouches for those who seem online, and they would drop out after a while.
const online = await stage.db.prisma.peerStatus.findMany({ where: { online: true }, select: { peerId: true } })
setInterval(
  () =>
    void touchOnline(
      stage.db,
      online.map((row) => row.peerId),
    ),
  30_000,
).unref()
const end = () => void stage.close().then(() => process.exit(0))
process.on('SIGINT', end)
process.on('SIGTERM', end)
