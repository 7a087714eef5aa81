import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '~/server/auth/options.ts'
import { webDb } from '~/server/web-db.ts'

export const dynamic = 'force-dynamic'

type Segments = { params: Promise<{ nextauth: string[] }> }

const handler = (request: NextRequest, segments: Segments) => NextAuth(request, segments, authOptions(webDb()))

export { handler as GET, handler as POST }
