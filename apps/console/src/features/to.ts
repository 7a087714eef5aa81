type InNetwork = { network: string }

const query = (values: Record<string, string | undefined>): string => {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

/** Where each page is. No link is written by hand. */
export const to = {
  home: () => '/',
  setup: () => '/setup',
  login: () => '/login',
  newNetwork: () => '/networks/new',
  network: (p: InNetwork) => `/n/${p.network}`,
  overview: (p: InNetwork) => `${to.network(p)}/overview`,
  /** `add`: with the form for a new CIDR open. */
  tree: (p: InNetwork & { cidr?: string | undefined; add?: true }) =>
    `${to.network(p)}/tree${query({ cidr: p.cidr, add: p.add ? 'cidr' : undefined })}`,
  peers: (p: InNetwork & { within?: string | undefined; state?: string | undefined; kind?: string | undefined }) =>
    `${to.network(p)}/peers${query({ within: p.within, state: p.state, kind: p.kind })}`,
  peer: (p: InNetwork & { peer: number }) => `${to.network(p)}/peers/${p.peer}`,
  access: (p: InNetwork & { a?: string | undefined; b?: string | undefined }) =>
    `${to.network(p)}/access${query({ a: p.a, b: p.b })}`,
  invitations: (p: InNetwork) => `${to.network(p)}/invitations`,
  graph: (p: InNetwork & { peer?: string | undefined; to?: string | undefined }) =>
    `${to.network(p)}/graph${query({ peer: p.peer, to: p.to })}`,
  /** `about` names a peer or a CIDR: only what happened to it. */
  activity: (p: InNetwork & { revision?: string | undefined; about?: string | undefined }) =>
    `${to.network(p)}/activity${query({ revision: p.revision, about: p.about })}`,
  settings: (p: InNetwork) => `${to.network(p)}/settings`,
  people: () => '/people',
  account: () => '/account',
  welcome: () => '/welcome',
}
