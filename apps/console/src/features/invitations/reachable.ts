/** What stands in the way of the install line, which names the origin under which this page was opened. */
export type OriginProblem = 'loopback' | 'insecure'

/** Whether a new machine can fetch the agent from an origin, and safely; null when it can. */
export function originProblem(origin: string): OriginProblem | null {
  const { protocol, hostname } = new URL(origin)
  if (isLoopback(hostname)) return 'loopback'
  return protocol === 'https:' ? null : 'insecure'
}

/** RFC 6761, 6.3: names below localhost are this machine too. */
const isLoopback = (host: string): boolean =>
  host === '[::1]' || /^127(\.\d+){3}$/.test(host) || host === 'localhost' || host.endsWith('.localhost')
