import { asViewer, router } from '../trpc.ts'
import { LinkBetween, LinksOf, linkBetween, linksOf } from './links-of.ts'
import { ListLinks, listLinks } from './list-links.ts'

export const linkRouter = router({
  list: asViewer.input(ListLinks).query(({ ctx, input }) => listLinks(ctx, input)),
  of: asViewer.input(LinksOf).query(({ ctx, input }) => linksOf(ctx, input)),
  between: asViewer.input(LinkBetween).query(({ ctx, input }) => linkBetween(ctx, input)),
})
