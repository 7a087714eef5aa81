/** The version that stands for an innernet client in what is observed of peers: those tell none. */
export const INNERNET_VERSION = 'innernet'
