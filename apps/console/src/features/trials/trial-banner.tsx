'use client'

import dynamic from 'next/dynamic'
import { useTrials } from './use-trials.ts'

// Most of the time nothing is on trial.
const TrialBanners = dynamic(() => import('./trial-banners.tsx').then((module) => module.TrialBanners))

/** On every page of a network: the changes on trial with the time that is left, and how the last ones ended. */
export function TrialBanner() {
  const trials = useTrials()
  return trials.length > 0 && <TrialBanners trials={trials} />
}
