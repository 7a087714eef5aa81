import { Notice } from '~/ui/notice.tsx'

/** Says what a peer does without that runs innernet's own client, which knows less than our agent. */
export function InnernetNotice() {
  return (
    <Notice title="It runs an innernet client" className="max-w-7xl">
      <p>The same rules hold for it, and it does without what that client does not know:</p>
      <ul aria-label="What it does without" className="list-disc pl-4.5">
        {missing.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="text-muted">Invite it again to replace the client by Warren’s agent.</p>
    </Notice>
  )
}

const missing = [
  'no relay: where no direct path exists, there is none',
  'no devices: it is not told of phones and routers, and reaches none',
  'IPv4 and IPv6 together: it has the first address only',
  'changes arrive when it asks, mostly once a minute, and it does not say when it has applied them',
  'its tunnels are known from the other ends only',
  'its key is not renewed',
]
