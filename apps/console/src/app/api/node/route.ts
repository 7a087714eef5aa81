import { runtime } from '~/server/runtime-download.ts'

export const dynamic = 'force-dynamic'

export const GET = (request: Request) => runtime(new URL(request.url).searchParams.get('arch'))
