import { parseAddress } from '@warren/cidr'
import { parse, stringify } from 'smol-toml'
import * as z from 'zod'
import { PrivateKey, PublicKey } from './keys.ts'
import { Refusal } from './refusal.ts'
import { EndpointText, Name, Port, parseEndpoint } from './texts.ts'

/** The peer's address with the ROOT's width, as innernet writes it: `10.42.1.5/16`. */
const InterfaceAddress = z.string().refine((text) => {
  const [address = '', width = '', ...rest] = text.split('/')
  const parsed = parseAddress(address)
  return (
    rest.length === 0 && parsed.ok && /^\d{1,3}$/.test(width) && Number(width) <= (parsed.value.family === 4 ? 32 : 128)
  )
}, 'An interface address is an address and a width, such as 10.42.1.5/16')

/** The hub's mesh address and API port. A name would need a tunnel to be resolved through, so none is allowed. */
const InternalEndpoint = EndpointText.refine(
  (text) => parseEndpoint(text)?.family !== null,
  'internal-endpoint needs an address, not a name',
)

/**
 * An invitation: what a new peer needs to join once (DESIGN "Joining"). The field names of `interface` and `server` are
 * innernet's own (INNERNET-V1 "Invitation file"); unknown ones are passed over as its client does.
 */
export const Invitation = z.object({
  interface: z.object({
    'network-name': Name,
    address: InterfaceAddress,
    'private-key': PrivateKey,
    'listen-port': Port.optional(),
  }),
  server: z.object({
    'public-key': PublicKey,
    'external-endpoint': EndpointText,
    'internal-endpoint': InternalEndpoint,
  }),
  /** Ours: left out in a file that innernet wrote. */
  warren: z
    .object({
      name: Name,
      /** Name of the interface to make; innernet uses the network's name. */
      interface: z.string().max(15),
      /** The root CIDR: what is routed into the tunnel. */
      prefix: z.string().max(64),
      expires: z.iso.datetime(),
    })
    .optional(),
})
export type Invitation = z.infer<typeof Invitation>

const TOKEN_PREFIX = 'warren1-'

/** The invitation as the file a person is handed. */
export function invitationFile(invitation: Invitation): string {
  const name = invitation.warren?.name
  const head = name
    ? `# Invitation of ${name} to the network ${invitation.interface['network-name']}. It works once.\n`
    : ''
  return `${head}${stringify(Invitation.parse(invitation))}\n`
}

/** The same content as one pasteable word: base64url of the file, with a checksum against a cut or mistyped end. */
export function invitationToken(invitation: Invitation): string {
  const bytes = new TextEncoder().encode(stringify(Invitation.parse(invitation)))
  return `${TOKEN_PREFIX}${base64url(bytes)}.${checksum(bytes)}`
}

/**
 * Reads an invitation from a file's text or from a token, told apart by the token's first characters.
 * @throws Refusal (bad-input) that names the field and the reason in one sentence
 */
export function readInvitation(text: string): Invitation {
  const trimmed = text.trim()
  if (trimmed === '') throw new Refusal('bad-input', 'The invitation is empty.', 'invitation')
  return readFile(trimmed.startsWith(TOKEN_PREFIX) ? openToken(trimmed) : trimmed)
}

function openToken(token: string): string {
  const cut = new Refusal(
    'bad-input',
    'The invitation token is cut short or mistyped; copy it again, whole.',
    'invitation',
  )
  const [body = '', sum = '', ...rest] = token.slice(TOKEN_PREFIX.length).split('.')
  if (rest.length > 0 || !/^[A-Za-z0-9_-]+$/.test(body)) throw cut
  const bytes = fromBase64url(body)
  if (checksum(bytes) !== sum) throw cut
  return new TextDecoder().decode(bytes)
}

function readFile(text: string): Invitation {
  const parsed = Invitation.safeParse(tables(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const field = issue?.path.join('.') ?? 'invitation'
  const missing = issue?.code === 'invalid_type' && issue.input === undefined
  const reason = missing
    ? 'is missing; the file may have been cut short'
    : `is not usable: ${issue?.message ?? 'unknown reason'}`
  throw new Refusal('bad-input', `The invitation's ${field} ${reason}.`.replace(/\.\.$/, '.'), field)
}

function tables(text: string): unknown {
  try {
    return parse(text)
  } catch (cause) {
    const line = cause instanceof Error && 'line' in cause ? ` (line ${String(cause.line)})` : ''
    throw new Refusal(
      'bad-input',
      `The invitation is not a TOML file${line}; it may have been cut short or edited.`,
      'invitation',
    )
  }
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const fromBase64url = (text: string): Uint8Array => {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

/** FNV-1a, 32 bits: enough to notice a cut or a typing error, which is all it is for. */
function checksum(bytes: Uint8Array): string {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
