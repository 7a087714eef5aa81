import type { Seed, SeedPeer } from './seed.ts'

const ENGINEERS = ['ana-laptop', 'build-7', 'kenji-x1', 'mara-desk', 'noor-mbp', 'otto-nix', 'pia-laptop', 'rui-desk']

/** Peers in other states than agents that have joined; `of` keeps their names apart. */
const comers = (of: string): readonly SeedPeer[] => [
  { name: `uma-${of}`, state: 'invited' },
  { name: `vic-${of}`, state: 'expired' },
  { name: `ana-${of}-phone`, state: 'device' },
  { name: `old-${of}`, state: 'disabled' },
]

/** The network of the drawings: sixteen CIDRs, some 250 peers. */
export const TONARI: Seed = {
  name: 'tonari',
  prefix: '10.42.0.0/16',
  listenPort: 51820,
  cidrs: [
    {
      name: 'corp',
      prefix: '10.42.32.0/19',
      inside: [
        { name: 'eng', prefix: '10.42.32.0/21', peers: 38, online: 31, names: ENGINEERS, others: comers('laptop') },
        { name: 'ops', prefix: '10.42.40.0/21', peers: 12, online: 11 },
        { name: 'guests', prefix: '10.42.48.0/22', peers: 9, online: 3, isolated: true },
      ],
    },
    {
      name: 'prod',
      prefix: '10.42.64.0/18',
      inside: [
        { name: 'web', prefix: '10.42.64.0/20', peers: 24, online: 24 },
        { name: 'db', prefix: '10.42.80.0/20', peers: 6, online: 6 },
        { name: 'ci', prefix: '10.42.96.0/20', peers: 31, online: 27 },
      ],
    },
    {
      name: 'sites',
      prefix: '10.42.128.0/17',
      inside: [
        { name: 'tokyo', prefix: '10.42.128.0/19', peers: 41, online: 40 },
        { name: 'paris', prefix: '10.42.160.0/19', peers: 22, online: 19 },
        { name: 'cams', prefix: '10.42.192.0/20', peers: 58, online: 55, isolated: true },
      ],
    },
  ],
  associations: [
    ['eng', 'prod'],
    ['tonari', 'ops'],
    ['web', 'db'],
    ['tokyo', 'paris'],
  ],
}

/** A network of about ten peers. */
export const SMALL: Seed = {
  name: 'acme',
  prefix: '10.43.0.0/16',
  listenPort: 51821,
  cidrs: [
    {
      name: 'people',
      prefix: '10.43.16.0/20',
      inside: [{ name: 'laptops', prefix: '10.43.16.0/24', peers: 4, online: 3 }],
    },
    { name: 'servers', prefix: '10.43.32.0/24', peers: 5, online: 5 },
  ],
  associations: [['laptops', 'servers']],
}

/** A network of two thousand peers in forty CIDRs. */
export const LARGE: Seed = {
  name: 'globex',
  prefix: '10.64.0.0/12',
  listenPort: 51822,
  cidrs: Array.from({ length: 8 }, (_, region) => ({
    name: `region-${region + 1}`,
    prefix: `10.${65 + region}.0.0/16`,
    inside: Array.from({ length: 4 }, (_, site) => ({
      name: `site-${region + 1}-${site + 1}`,
      prefix: `10.${65 + region}.${site * 64}.0/20`,
      peers: 62,
      online: 50 + ((region * 4 + site) % 12),
      ...(site === 0 ? { others: comers(`r${region + 1}`) } : {}),
    })),
  })),
  associations: [
    ['region-1', 'region-2'],
    ['region-3', 'region-8'],
    ['site-4-1', 'site-6-2'],
  ],
}
