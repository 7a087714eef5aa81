import type { Change, CidrRow, PeerRow, Rows } from '@warren/protocol'

/** As many names as a line has room for. */
const LISTED = 4

/** The first few names, and how many more there are. */
export const namesOf = (rows: readonly { name: string }[]): string => {
  const rest = rows.length - LISTED
  const listed = rows.slice(0, LISTED).map((row) => row.name)
  return `${listed.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** A CIDR was made, and perhaps others came to lie in it; or several came at once. */
export function cidrCreated({ after, before }: Pick<Change, 'before' | 'after'>): string {
  const earlier = new Set(before.cidrs.map((row) => row.id))
  const made = after.cidrs.find((row) => !earlier.has(row.id))
  if (after.cidrs.length - earlier.size > 1)
    return `added the CIDRs ${namesOf(after.cidrs.filter((row) => !earlier.has(row.id)))}`
  const adopted = after.cidrs.filter((row) => earlier.has(row.id)).map((row) => row.name)
  return `added the CIDR ${made?.name ?? ''}, ${prefixesOf(made)}${adopted.length > 0 ? `, which took in ${adopted.join(', ')}` : ''}`
}

/** What is different about a CIDR. */
export function cidrEdited(was: CidrRow | undefined, is: CidrRow | undefined): string {
  if (!was || !is) return 'changed a CIDR'
  const parts = [
    ...(was.name === is.name ? [] : [`renamed ${was.name} to ${is.name}`]),
    ...(was.prefix === is.prefix ? [] : [`resized ${is.name}, ${was.prefix} → ${is.prefix}`]),
    ...(was.prefix6 === is.prefix6 ? [] : [ipv6Edited(was, is)]),
    ...(was.isolated === is.isolated
      ? []
      : [is.isolated ? `isolated ${is.name}` : `ended the isolation of ${is.name}`]),
  ]
  return parts.join(' and ') || `changed nothing about ${is.name}`
}

function ipv6Edited(was: CidrRow, is: CidrRow): string {
  if (was.prefix6 === null) return `gave ${is.name} IPv6, ${is.prefix6}`
  if (is.prefix6 === null) return `took IPv6 from ${is.name}, ${was.prefix6}`
  return `changed the IPv6 prefix of ${is.name}, ${was.prefix6} → ${is.prefix6}`
}

/** A CIDR, and what is in it, came to IPv6. */
export function ipv6Added({ cidrs, peers }: Rows): string {
  const top = topOf(cidrs)
  const within = [
    ...(cidrs.length > 1 ? [`${cidrs.length - 1} CIDR${cidrs.length === 2 ? '' : 's'}`] : []),
    ...(peers.length > 0 ? [`${peers.length} peer${peers.length === 1 ? '' : 's'}`] : []),
  ]
  return `gave ${top?.name ?? ''} IPv6, ${top?.prefix6 ?? ''}${within.length > 0 ? `, and ${within.join(' and ')} in it` : ''}`
}

/** A CIDR, and what is in it, lost IPv6. */
export function ipv6Removed({ cidrs }: Rows): string {
  const top = topOf(cidrs)
  return `took IPv6 from ${top?.name ?? ''}, ${top?.prefix6 ?? ''}`
}

/** The one that all others lie in. */
const topOf = (cidrs: readonly CidrRow[]): CidrRow | undefined =>
  cidrs.find(({ parentId }) => !cidrs.some(({ id }) => id === parentId))

/** One prefix, or one of each family. */
export const prefixesOf = (cidr: CidrRow | undefined): string => bothOf([cidr?.prefix ?? '', cidr?.prefix6 ?? null])
/** One address, or one of each family. */
export const addressesOf = ({ address, address6 }: PeerRow): string => bothOf([address, address6])
const bothOf = (families: readonly (string | null)[]): string => families.filter((one) => one !== null).join(' and ')

/** A CIDR went, and what hung on it. */
export function cidrDeleted({ before }: Pick<Change, 'before'>): string {
  const [row] = before.cidrs
  const lost = before.associations.length
  return `deleted the CIDR ${row?.name ?? ''}, ${prefixesOf(row)}${lost > 0 ? `, and ${lost} of its associations` : ''}`
}
