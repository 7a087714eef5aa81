import path from 'node:path'
import type { NextConfig } from 'next'

const repository = path.join(import.meta.dirname, '../..')

/** Sent with every answer. The Content-Security-Policy is not among them: it carries a nonce and is made in src/proxy.ts. */
const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
]

const config: NextConfig = {
  ...(process.env.STANDALONE ? { output: 'standalone' as const } : {}),
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
  transpilePackages: ['@warren/cidr', '@warren/db', '@warren/protocol'],
  serverExternalPackages: ['pg'],
  // The build checks what it bundles; the coordinator, the launcher and the tests are checked by `npm run check`.
  typescript: { tsconfigPath: 'tsconfig.web.json' },
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

export default config
