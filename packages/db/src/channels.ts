/** Told once for each committed change; the payload is `<networkId>:<revision>`. */
export const CHANGE_CHANNEL = 'warren_change'

/** Told when observations of a network were saved; the payload is `<networkId>`. */
export const STATUS_CHANNEL = 'warren_status'

/** Told when agents told of their tunnels, when an agent confirmed a change, when a trial began or ended: `<networkId>`. */
export const LINKS_CHANNEL = 'warren_links'
export const RECEIPT_CHANNEL = 'warren_receipt'
export const TRIAL_CHANNEL = 'warren_trial'

/** Reads the payload of `CHANGE_CHANNEL`; null when it is not one of ours. */
export function parseChangeNotice(payload: string): { networkId: number; revision: number } | null {
  const parts = /^([1-9]\d{0,9}):([1-9]\d{0,9})$/.exec(payload)
  return parts && { networkId: Number(parts[1]), revision: Number(parts[2]) }
}

/** Reads the payload of the other channels; null when it is not one of ours. */
export function parseStatusNotice(payload: string): { networkId: number } | null {
  return /^[1-9]\d{0,9}$/.test(payload) ? { networkId: Number(payload) } : null
}
