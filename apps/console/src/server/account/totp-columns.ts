/** A person's row without a second factor. */
export const withoutTotp = { totpSealed: null, totpStep: null, recoveryHashes: [] }
