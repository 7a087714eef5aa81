'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '~/trpc/client.ts'

/** What can be done to people. Each ends when the page shows it. */
export function usePeopleChanges() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const then = {
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries(trpc.people.list.queryFilter()),
        queries.invalidateQueries(trpc.people.events.pathFilter()),
        // Whoever changed themselves sees their own rights at once.
        queries.invalidateQueries(trpc.session.me.queryFilter()),
      ])
    },
  }
  return {
    add: useMutation(trpc.people.add.mutationOptions(then)),
    edit: useMutation(trpc.people.edit.mutationOptions(then)),
    makeLink: useMutation(trpc.people.makeLink.mutationOptions(then)),
    setDisabled: useMutation(trpc.people.setDisabled.mutationOptions(then)),
    remove: useMutation(trpc.people.remove.mutationOptions(then)),
    endSessions: useMutation(trpc.people.endSessions.mutationOptions(then)),
    resetTotp: useMutation(trpc.people.resetTotp.mutationOptions(then)),
  }
}
