// Lists of CPUs and memory nodes.
import { expect, it } from 'vitest'
import { listFault, parseNumberList } from '../../../lib/config/number-list.ts'

it.each([
  ['', []],
  ['0', [0]],
  ['0-3,7', [0, 1, 2, 3, 7]],
  [' 2 , 0-1', [0, 1, 2]],
  ['3,3,2-4', [2, 3, 4]],
  ['65535', [65535]],
])('%o', (list, numbers) => {
  if (list !== '') expect(listFault(list)).toBeUndefined()
  expect(parseNumberList(list)).toEqual(numbers)
})

it.each([
  ['', /list like/],
  ['a', /list like/],
  ['1,', /list like/],
  ['-1', /list like/],
  ['3-1', /goes down/],
  ['65536', /above 65535/],
])('%o has a fault', (list, fault) => {
  expect(listFault(list)).toMatch(fault)
})
