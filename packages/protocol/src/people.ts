import * as z from 'zod'
import { roles } from './rights.ts'

/** What people's pages send. The rules of who may send it are the server's. */
const Id = z.int().positive()

export const MIN_PASSWORD = 10

/** What a person is called here. An e-mail address is one. */
export const UserName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._@-]{1,64}$/, 'A user name is 1 to 64 letters, digits, dots, hyphens, underscores or @.')

export const Password = z
  .string()
  .min(MIN_PASSWORD, `A password has at least ${MIN_PASSWORD} characters.`)
  .max(200, 'A password has at most 200 characters.')

/** What the login says, word for word, to who has the right password and has to type a code as well. */
export const CODE_NEEDED = 'Type the code of your authenticator app.'

/** How long the link works with which a new person sets a password, in hours. */
export const WELCOME_HOURS = 72

/** A role, and for an admin of one subtree the CIDR that it is. */
const standing = {
  role: z.enum(roles, 'A role is owner, admin or viewer.'),
  subtree: z.strictObject({ networkId: Id, cidrId: Id }).nullable().default(null),
}
const boundAdmin = (context: z.core.ParsePayload<{ role: string; subtree: unknown }>) => {
  const { value } = context
  if (value.subtree === null || value.role === 'admin') return
  const message = 'Only an admin can be bound to a subtree.'
  context.issues.push({ code: 'custom', message, input: value, path: ['subtree'] })
}

export const AddPerson = z.strictObject({ name: UserName, ...standing }).check(boundAdmin)
export type AddPerson = z.infer<typeof AddPerson>
export const EditPerson = z.strictObject({ userId: Id, ...standing }).check(boundAdmin)
export type EditPerson = z.infer<typeof EditPerson>
export const OfPerson = z.strictObject({ userId: Id })
export type OfPerson = z.infer<typeof OfPerson>
export const SetPersonDisabled = z.strictObject({ userId: Id, disabled: z.boolean() })
export type SetPersonDisabled = z.infer<typeof SetPersonDisabled>
export const ListEvents = z.strictObject({ before: Id.optional(), limit: z.int().min(1).max(200).default(50) })
export type ListEvents = z.infer<typeof ListEvents>

/** What stands behind the # of a welcome link. */
const WelcomeToken = z.string().min(1, 'The token is missing; open the whole link that you were given.').max(200)
export const LookWelcome = z.strictObject({ token: WelcomeToken })
export type LookWelcome = z.infer<typeof LookWelcome>
export const AcceptWelcome = z.strictObject({ token: WelcomeToken, password: Password })
export type AcceptWelcome = z.infer<typeof AcceptWelcome>

/** The present password, which a session alone does not prove. */
const present = z.string().min(1, 'Your present password is missing.').max(400)
export const ChangePassword = z.strictObject({ present, password: Password })
export type ChangePassword = z.infer<typeof ChangePassword>
export const WithPassword = z.strictObject({ present })
export type WithPassword = z.infer<typeof WithPassword>
export const ConfirmTotp = z.strictObject({
  /** What beginning answered: the secret, sealed by the server. */
  sealed: z.base64().max(400),
  code: z
    .string()
    .trim()
    .regex(/^\d{3}\s?\d{3}$/, 'A code has six digits.'),
})
export type ConfirmTotp = z.infer<typeof ConfirmTotp>
export const EndSession = z.strictObject({ sessionId: Id })
export type EndSession = z.infer<typeof EndSession>
export const CreateToken = z.strictObject({
  name: z.string().trim().min(1, 'The token needs a name.').max(60, 'A name has at most 60 characters.'),
  role: z.enum(roles, 'A role is owner, admin or viewer.'),
  /** Left out: it never expires. */
  days: z
    .int('Days are a whole number.')
    .min(1, 'A token lives at least a day.')
    .max(3650, 'A token lives at most 3650 days; or let it never expire.')
    .optional(),
})
export type CreateToken = z.infer<typeof CreateToken>
export const RevokeToken = z.strictObject({ tokenId: Id })
export type RevokeToken = z.infer<typeof RevokeToken>
export const SetOwnPeer = z.strictObject({ peerId: Id.nullable() })
export type SetOwnPeer = z.infer<typeof SetOwnPeer>
export const FindPeers = z.strictObject({ text: z.string().trim().max(100) })
export type FindPeers = z.infer<typeof FindPeers>

/** What is done to the console's people; the people page has a sentence for each. */
export const eventKinds = [
  'person.added',
  'person.edited',
  'person.disabled',
  'person.enabled',
  'person.removed',
  'person.link-made',
  'person.welcomed',
  'sessions.ended',
  'password.changed',
  'totp.enabled',
  'totp.disabled',
  'totp.reset',
  'recovery.renewed',
  'token.created',
  'token.revoked',
  'oidc.linked',
  'oidc.added',
] as const
export type EventKind = (typeof eventKinds)[number]
