'use client'

import { useNetwork } from '~/features/network/context.tsx'
import { Notice } from '~/ui/notice.tsx'

/** What to do while no hub serves the network: without one, nobody can join and no change reaches a device. */
export function HubBanner() {
  const { presence } = useNetwork()
  const { connected, fault, at } = presence.hub
  if (connected && !fault) return null
  return (
    <div className="shrink-0 px-3 pt-3 nav:px-4">
      <Notice
        tone="warning"
        title={connected ? 'The hub reports a fault' : at ? 'The hub is not connected' : 'There is no hub yet'}
      >
        {connected ? (
          <p>{fault}</p>
        ) : (
          <p>
            {at
              ? 'Existing tunnels keep working, but changes wait until it is back. '
              : 'You can draw the network, but nobody can join it yet. '}
            On this machine, stop Warren and run <code className="mono">sudo npm start</code>: the hub needs root, and
            brings <code className="mono">wireguard-tools</code> and <code className="mono">nftables</code> if they are
            missing.
          </p>
        )}
      </Notice>
    </div>
  )
}
