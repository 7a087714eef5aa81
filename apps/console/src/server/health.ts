import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'

/** Whether this process serves: 200 when the database answers, else 503 with the reason. */
export async function health(db: Db): Promise<Response> {
  try {
    await asking(() => db.prisma.$queryRaw`SELECT 1`)
    return Response.json({ ok: true })
  } catch (error) {
    const message = error instanceof Refusal ? error.message : 'The database cannot be used.'
    return Response.json({ ok: false, message }, { status: 503 })
  }
}
