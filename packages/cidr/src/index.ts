export { type Access, accessBetween, type Inherited, openBetween } from './access.ts'
export {
  type Address,
  type AddressProblem,
  addressFromValue,
  bitsOf,
  compareAddresses,
  explainAddress,
  type Family,
  formatAddress,
  parseAddress,
} from './address.ts'
export {
  type AssignProblem,
  assignable,
  assignableCount,
  explainAssign,
  freeAddresses,
  nextAddress,
} from './assign.ts'
export { type Explanation, explainReach, type Named, type Side } from './explain-reach.ts'
export { blocksOfRange, freeBlocks, nextFreePrefix, occupancy } from './free.ts'
export { infraPrefix } from './infra.ts'
export { coverOf, type InsertChoice, insertChoices } from './insert-choices.ts'
export {
  explainInterfaceName,
  explainName,
  type InterfaceNameProblem,
  interfaceNameProblem,
  type NameProblem,
  nameProblem,
} from './names.ts'
export {
  addressProblem,
  explainAddressProblem,
  type PeerAddressProblem,
  type Seated,
  type Taken,
} from './peer-address.ts'
export { adopts, explainPlacement, type PlacementProblem, placementProblem } from './placement.ts'
export {
  comparePrefixes,
  contains,
  explainPrefix,
  explainSplit,
  formatPrefix,
  holds,
  hostPrefix,
  lastOf,
  merge,
  overlaps,
  type Prefix,
  type PrefixProblem,
  parsePrefix,
  prefixOf,
  type SplitProblem,
  samePrefix,
  sizeOf,
  split,
  supernet,
} from './prefix.ts'
export { buildReach, type Reach } from './reach.ts'
export { type PairProduct, type PairSet, type ReachDifference, reachDifference } from './reach-difference.ts'
export type { Association, Network, ReachIndex, ReachPeer } from './reach-index.ts'
export { explainRemoval, type RemovalProblem, removalProblem } from './removal.ts'
export { explainResize, type ResizeProblem, resizeProblem } from './resize.ts'
export { type ResizeChoice, resizeChoices } from './resize-choices.ts'
export { no, ok, type Result } from './result.ts'
export { type Seeker, seatAll } from './seat-all.ts'
export {
  buildPlans,
  type DualNode,
  explainSecond,
  explainSecondAddress,
  NARROWEST_SECOND,
  type Plans,
  type SecondAddressProblem,
  type SecondProblem,
  secondAddressProblem,
  secondChangeProblem,
  secondPlacementProblem,
} from './second-plan.ts'
export { explainShare, type ShareProblem, shareOut } from './share-out.ts'
export {
  explainSplitPlan,
  MOST_PIECES,
  type SecondPiece,
  type SplitPiece,
  type SplitPlanProblem,
  secondPieces,
  splitPieces,
  splitPlanProblem,
} from './split-plan.ts'
export { suggestPart, suggestSecond } from './suggest-second.ts'
export { buildTree, type CidrNode, type Span, type Tree } from './tree.ts'
export { ULA_BYTES, uniqueLocalPrefix } from './ula.ts'
export { type Step, type Way, waysToAllow } from './ways.ts'
