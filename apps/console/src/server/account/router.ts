import {
  ChangePassword,
  ConfirmTotp,
  CreateToken,
  EndSession,
  FindPeers,
  RevokeToken,
  SetOwnPeer,
  WithPassword,
} from '@warren/protocol'
import { asPerson, router } from '../trpc.ts'
import { changePassword } from './change-password.ts'
import { findPeers, setOwnPeer } from './own-peer.ts'
import { endOtherSessions, endSession, listSessions } from './sessions.ts'
import { accountState } from './state.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'
import { beginTotp, confirmTotp, disableTotp, renewRecovery } from './totp.ts'

export const accountRouter = router({
  state: asPerson.query(({ ctx }) => accountState(ctx)),
  changePassword: asPerson.input(ChangePassword).mutation(({ ctx, input }) => changePassword(ctx, input)),
  beginTotp: asPerson.input(WithPassword).mutation(({ ctx, input }) => beginTotp(ctx, input)),
  confirmTotp: asPerson.input(ConfirmTotp).mutation(({ ctx, input }) => confirmTotp(ctx, input)),
  disableTotp: asPerson.input(WithPassword).mutation(({ ctx, input }) => disableTotp(ctx, input)),
  renewRecovery: asPerson.input(WithPassword).mutation(({ ctx, input }) => renewRecovery(ctx, input)),
  sessions: asPerson.query(({ ctx }) => listSessions(ctx)),
  endSession: asPerson.input(EndSession).mutation(({ ctx, input }) => endSession(ctx, input)),
  endOtherSessions: asPerson.mutation(({ ctx }) => endOtherSessions(ctx)),
  tokens: asPerson.query(({ ctx }) => listTokens(ctx)),
  createToken: asPerson.input(CreateToken).mutation(({ ctx, input }) => createToken(ctx, input)),
  revokeToken: asPerson.input(RevokeToken).mutation(({ ctx, input }) => revokeToken(ctx, input)),
  findPeers: asPerson.input(FindPeers).query(({ ctx, input }) => findPeers(ctx, input)),
  setOwnPeer: asPerson.input(SetOwnPeer).mutation(({ ctx, input }) => setOwnPeer(ctx, input)),
})
