import * as z from 'zod'
import { PeerSecret, PublicKey, Signature } from './keys.ts'
import { PlaceText } from './links.ts'
import { EndpointText, Name, Port } from './texts.ts'

/**
 * The mesh API: tRPC's wire format at `http://<hub's mesh address>:<port>/trpc/mesh.<procedure>`, all of them POST
 * (DESIGN "The hub and the console"). Identity is the source address, and these headers.
 */
export const MESH_PATH = '/trpc'
/** The hub's public key, base64: a web page that guesses the address cannot know it. */
export const HUB_KEY_HEADER = 'x-warren-hub-key'
/** The peer's secret, base64url: a local unprivileged program cannot read it. Not sent before redemption. */
export const SECRET_HEADER = 'x-warren-secret'

/** innernet's bound on candidates, kept so that both doors agree (INNERNET-V1 "PUT /user/candidates"). */
export const MAX_CANDIDATES = 10

/** Single-use, and idempotent for the same key and secret (DESIGN "Joining"). */
export const RedeemInput = z.strictObject({
  publicKey: PublicKey,
  secret: PeerSecret,
  listenPort: Port.nullable(),
  version: z.string().max(40),
})
export type RedeemInput = z.infer<typeof RedeemInput>

export const RedeemAnswer = z.strictObject({ peerId: z.int().positive(), name: Name, network: Name })
export type RedeemAnswer = z.infer<typeof RedeemAnswer>

/** What an agent tells about itself when it changes; none of it is a change of the network. */
export const ReportInput = z.strictObject({
  version: z.string().max(40),
  candidates: z.array(PlaceText).max(MAX_CANDIDATES, `At most ${MAX_CANDIDATES} candidates.`),
  /** One sentence when the last view could not be applied, else null. */
  fault: z.string().max(500).nullable(),
})
export type ReportInput = z.infer<typeof ReportInput>
export const ReportAnswer = z.strictObject({})

/** Answers a member that only asks whether it is heard. */
export const HelloAnswer = z.strictObject({})

/** Where the member that asks says that it is to be sent to; `0.0.0.0:port` is that port of its observed address. */
export const OverrideEndpointInput = z.strictObject({ endpoint: EndpointText.nullable() })
export type OverrideEndpointInput = z.infer<typeof OverrideEndpointInput>
/** `changed`: it was another one before. */
export const OverrideEndpointAnswer = z.object({ changed: z.boolean() })
export type OverrideEndpointAnswer = z.infer<typeof OverrideEndpointAnswer>

/**
 * A new key for the member that asks, signed with its present one (rotation.ts). Safe to repeat with the same new key;
 * takes effect like a redemption does.
 */
export const RotateKeyInput = z.strictObject({ publicKey: PublicKey, signature: Signature })
export const RotateKeyAnswer = z.strictObject({})
export type RotateKeyInput = z.infer<typeof RotateKeyInput>
