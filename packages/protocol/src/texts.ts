import {
  explainAddress,
  explainInterfaceName,
  explainName,
  explainPrefix,
  formatAddress,
  formatPrefix,
  interfaceNameProblem,
  nameProblem,
  parseAddress,
  parsePrefix,
} from '@warren/cidr'
import * as z from 'zod'

/** A zod issue made from a sentence of packages/cidr: the rule and its words exist there only. */
function fault(context: z.RefinementCtx, message: string) {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** A hostname label: the name of a peer, a CIDR or a network (DESIGN "Rules of the tree"). */
export const Name = z.string().check((context) => {
  const problem = nameProblem(context.value)
  if (problem) context.issues.push({ code: 'custom', message: explainName(problem), input: context.value })
})

/** A Linux interface name, at most 15 characters. */
export const InterfaceName = z.string().check((context) => {
  const problem = interfaceNameProblem(context.value)
  if (problem) context.issues.push({ code: 'custom', message: explainInterfaceName(problem), input: context.value })
})

/** A prefix as text, in canonical spelling on the way out. */
export const PrefixText = z.string().transform((text, context) => {
  const prefix = parsePrefix(text.trim())
  return prefix.ok ? formatPrefix(prefix.value) : fault(context, explainPrefix(prefix.problem))
})

/** An address as text, in canonical spelling on the way out. */
export const AddressText = z.string().transform((text, context) => {
  const address = parseAddress(text.trim())
  return address.ok ? formatAddress(address.value) : fault(context, explainAddress(address.problem))
})

/** A UDP or TCP port. 0 is left out: it means "any", which nobody can send to. */
export const Port = z
  .int()
  .min(1, 'A port is a number from 1 to 65535.')
  .max(65535, 'A port is a number from 1 to 65535.')

const hostLabel = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/

/** `host:port`; the host is an IPv4 address, an IPv6 address in brackets, or a DNS name. */
export type Endpoint = { host: string; port: number; family: 4 | 6 | null }

/** Parses `host:port`. Null when it is not one; `family` is null for a DNS name. */
export function parseEndpoint(text: string): Endpoint | null {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  if (!parts) return null
  const port = Number(parts[3])
  if (port < 1 || port > 65535) return null
  if (parts[1] !== undefined) {
    const address = parseAddress(parts[1])
    return address.ok && address.value.family === 6 ? { host: formatAddress(address.value), port, family: 6 } : null
  }
  const host = parts[2] ?? ''
  const address = parseAddress(host)
  if (address.ok) return address.value.family === 4 ? { host: formatAddress(address.value), port, family: 4 } : null
  const labels = host.split('.')
  // A name whose last label is a number can only be a mistyped address (RFC 1123 2.1).
  const isName =
    host.length <= 253 && labels.every((label) => hostLabel.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return isName ? { host, port, family: null } : null
}

/** `host:port` or `[v6]:port`. */
export function formatEndpoint(endpoint: { host: string; port: number }): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/** An endpoint as text, in canonical spelling on the way out. */
export const EndpointText = z.string().transform((text, context) => {
  const endpoint = parseEndpoint(text.trim())
  if (endpoint) return formatEndpoint(endpoint)
  return fault(
    context,
    `"${text}" is not an endpoint; write host:port, such as 203.0.113.7:51820, [2001:db8::7]:51820 or vpn.example.org:51820.`,
  )
})
