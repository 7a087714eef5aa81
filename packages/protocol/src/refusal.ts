/** The kinds of refusal a person or a program can meet. The edge of each process maps them to its own codes. */
export const refusalKinds = [
  'bad-input',
  'not-signed-in',
  'forbidden',
  'not-found',
  'conflict',
  'rule-broken',
  'expired',
  'too-many',
  'unavailable',
] as const
export type RefusalKind = (typeof refusalKinds)[number]

/**
 * An expected failure, in words a person can act on (DESIGN "Failure"). `field` names the input it is about, so that a
 * form can show it beside what caused it; null when no single input is to blame.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly field: string | null

  constructor(kind: RefusalKind, message: string, field: string | null = null) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.field = field
  }
}
