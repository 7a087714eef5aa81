import { parseEndpoint } from '@warren/protocol'

/** What has to be so when the endpoint names another port than the one that the hub listens on; null while they agree. */
export function portsHint(endpoint: string, listenPort: number): string | null {
  const port = parseEndpoint(endpoint.trim())?.port
  if (port === undefined || port === listenPort || !(listenPort > 0)) return null
  return `The endpoint says port ${port}: whatever stands before this machine has to forward UDP ${port} to ${listenPort} here. If nothing does, make them the same.`
}
