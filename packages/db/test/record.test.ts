import { expect, test } from 'vitest'
import { recorder } from '../src/record.ts'

const row = (id: number, a: number, b: number) => ({ id, a, b })

test('a row that was made and then changed was made', () => {
  const record = recorder()
  record.touch('associations', null, row(1, 1, 2))
  record.touch('associations', row(1, 1, 2), row(1, 1, 3))
  expect(record.rows()).toMatchObject({ before: { associations: [] }, after: { associations: [row(1, 1, 3)] } })
})

test('a row that was changed and then removed was removed as it was before', () => {
  const record = recorder()
  record.touch('associations', row(1, 1, 2), row(1, 1, 3))
  record.touch('associations', row(1, 1, 3), null)
  expect(record.rows()).toMatchObject({ before: { associations: [row(1, 1, 2)] }, after: { associations: [] } })
})

test('rows of different kinds with one id are different rows', () => {
  const record = recorder()
  const cidr = { id: 1, parentId: null, name: 'a', prefix: '10.0.0.0/8', prefix6: null, isolated: false }
  record.touch('associations', null, row(1, 1, 2))
  record.touch('cidrs', null, cidr)
  expect(record.rows()?.after).toMatchObject({ associations: [row(1, 1, 2)], cidrs: [cidr] })
})

test('nothing touched is nothing', () => {
  expect(recorder().rows()).toBeNull()
})
