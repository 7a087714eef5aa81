/** Called by Next once, before it serves. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: replaced by its value at build time; elsewhere than in Node there is no socket
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { env } = await import('~/server/env.ts')
  const { stampSources } = await import('~/server/auth/stamp-sources.ts')
  stampSources(env().WARREN_TRUST_PROXY)
}
