import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '~/server/auth/options.ts'
import { fromOf, tooLongBecause } from '~/server/web-context.ts'
import { webDb } from '~/server/web-db.ts'

export const dynamic = 'force-dynamic'

type Segments = { params: Promise<{ nextauth: string[] }> }

function handler(request: NextRequest, segments: Segments) {
  const why = tooLongBecause(request)
  return why
    ? new Response(why, { status: 413 })
    : NextAuth(request, segments, authOptions(webDb(), fromOf(request.headers)))
}

export { handler as GET, handler as POST }
