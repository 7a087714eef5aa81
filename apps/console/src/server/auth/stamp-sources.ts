import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { SOURCE_HEADER, sourceOf } from './source.ts'

/** What Node tells on this channel, before anything else sees the request (documented, "HTTP" in diagnostics_channel). */
type Started = { request: IncomingMessage }

/**
 * Writes into every request of this process where it came from. `hops`: the proxies in front that may be believed.
 * Called once, when the process starts.
 */
export function stampSources(hops: number): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as Started
    const forwardedFor = request.headers['x-forwarded-for']
    const arrival = { remoteAddress: request.socket.remoteAddress, forwardedFor: forwardedFor?.toString(), hops }
    request.headers[SOURCE_HEADER] = sourceOf(arrival)
  })
}
