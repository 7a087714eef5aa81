import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { appRouter } from '~/server/router.ts'
import { webContext } from '~/server/web-context.ts'
import { webDb } from '~/server/web-db.ts'

export const dynamic = 'force-dynamic'

const handler = (request: Request) =>
  fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext: () => webContext(webDb(), request),
    // What a person may see is theirs alone, and only as long as they are signed in.
    responseMeta: () => ({ headers: new Headers({ 'cache-control': 'no-store' }) }),
  })

export { handler as GET, handler as POST }
