import { AddPerson, EditPerson, ListEvents, OfPerson, SetPersonDisabled } from '@warren/protocol'
import { asOwnerInPerson, router } from '../trpc.ts'
import { addPerson } from './add-person.ts'
import { editPerson } from './edit-person.ts'
import { endSessions } from './end-sessions.ts'
import { listEvents } from './list-events.ts'
import { listPeople } from './list-people.ts'
import { listPlaces } from './list-places.ts'
import { amongPeople, personOf } from './person.ts'
import { removePerson } from './remove-person.ts'
import { resetTotp } from './reset-totp.ts'
import { setPersonDisabled } from './set-disabled.ts'
import { makeLink } from './welcome-link.ts'

export const peopleRouter = router({
  list: asOwnerInPerson.query(({ ctx }) => listPeople(ctx)),
  places: asOwnerInPerson.query(({ ctx }) => listPlaces(ctx)),
  events: asOwnerInPerson.input(ListEvents).query(({ ctx, input }) => listEvents(ctx, input)),
  add: asOwnerInPerson.input(AddPerson).mutation(({ ctx, input }) => addPerson(ctx, input)),
  edit: asOwnerInPerson.input(EditPerson).mutation(({ ctx, input }) => editPerson(ctx, input)),
  makeLink: asOwnerInPerson
    .input(OfPerson)
    .mutation(({ ctx, input }) =>
      amongPeople(ctx.db, async (tx) => makeLink(tx, await personOf(tx, input.userId), ctx.actor)),
    ),
  setDisabled: asOwnerInPerson.input(SetPersonDisabled).mutation(({ ctx, input }) => setPersonDisabled(ctx, input)),
  remove: asOwnerInPerson.input(OfPerson).mutation(({ ctx, input }) => removePerson(ctx, input)),
  endSessions: asOwnerInPerson.input(OfPerson).mutation(({ ctx, input }) => endSessions(ctx, input)),
  resetTotp: asOwnerInPerson.input(OfPerson).mutation(({ ctx, input }) => resetTotp(ctx, input)),
})
