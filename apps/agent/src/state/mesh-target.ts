import { parseEndpoint } from '@warren/protocol'
import type { MeshTarget } from '../mesh/client.ts'
import type { Config } from './config.ts'

/** Where a member asks the console, and as whom. */
export function meshTarget(config: Config): MeshTarget {
  const internal = parseEndpoint(config.hub.internal)
  if (!internal) throw new Error('a schema let an endpoint pass that is none')
  return { host: internal.host, port: internal.port, hubKey: config.hub['public-key'], secret: config.peer.secret }
}
