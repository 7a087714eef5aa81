export { change, createNetwork } from './change.ts'
export {
  CHANGE_CHANNEL,
  LINKS_CHANNEL,
  parseChangeNotice,
  parseStatusNotice,
  RECEIPT_CHANNEL,
  STATUS_CHANNEL,
  TRIAL_CHANNEL,
} from './channels.ts'
export { type Db, openDb } from './database.ts'
export { asking } from './faults.ts'
export { lapseOnline, readStatusFrom, type StampedStatus, type Standing, standing } from './follow.ts'
export { type ChangeFilter, findChanges } from './found-changes.ts'
export type { LoginFailure, PrismaClient, Role, User } from './generated/client.ts'
export { type Blame, changeAt, type History, lookBack } from './history.ts'
export {
  codeOf,
  forgetLinks,
  type LinkCode,
  type LinksNews,
  linkTag,
  type PeerLinks,
  readLinkPairs,
  readLinks,
  type SavedLinks,
  savedLinks,
  saveLinks,
  tellLinks,
} from './links.ts'
export { type Listener, listen } from './listen.ts'
export { migrate } from './migrate.ts'
export {
  changesSince,
  listNetworks,
  loadNetwork,
  recentChanges,
  type Snapshot,
  secretHash,
  secretHashes,
} from './read.ts'
export {
  type Affected,
  type AppliedReport,
  type HubReport,
  lastReceipt,
  pruneReceipts,
  saveReceipts,
} from './receipt-writing.ts'
export { type Receipt, readReceipts, recentReceipts, type Waiting, type WaitReason } from './receipts.ts'
export { readDown, readRelays, readRelaysOf, type SavedRelay, saveRelays } from './relays.ts'
export type { New, RowOf } from './rows.ts'
export {
  type HubStatus,
  ONLINE_FRESH_S,
  type PeerStatus,
  readHubStatus,
  readStatus,
  saveHubStatus,
  saveStatus,
  touchOnline,
  unobserved,
} from './status.ts'
export {
  type Counter,
  pruneTraffic,
  readCounters,
  readTraffic,
  readTrafficNow,
  SPANS,
  saveTraffic,
  type TrafficNews,
  type TrafficNow,
  type TrafficSeries,
} from './traffic.ts'
export {
  confirmTrial,
  endTrial,
  type ListedTrial,
  listTrials,
  openTrials,
  type Trial,
  type TrialState,
} from './trial.ts'
export type { InnerKind, Writer } from './writer.ts'
