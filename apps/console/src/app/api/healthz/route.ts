import { health } from '~/server/health.ts'
import { webDb } from '~/server/web-db.ts'

export const dynamic = 'force-dynamic'

export const GET = () => health(webDb())
