/** What an expected failure looks like: a value. Exceptions are for bugs. */
export type Result<T, P> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: P }

/** Wraps the value of something that went well. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })

/** Wraps the problem of something that did not. */
export const no = <P>(problem: P): Result<never, P> => ({ ok: false, problem })
