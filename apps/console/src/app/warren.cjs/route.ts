import { download } from '~/server/download.ts'

export const dynamic = 'force-dynamic'

export const GET = () => download('warren.cjs')
