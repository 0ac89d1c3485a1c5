// Names by which a program that comes later knows what nobody owns any more.
import { expect, it } from 'vitest'
import { isOrphan, newName } from '../../../lib/sandbox/owner.ts'

const [own, pid, start, number] = newName().split('.')

it('is never given twice', () => expect(newName()).not.toBe(newName()))
it('is no orphan’s while its program lives', () => expect(isOrphan(newName())).toBe(false))
it('is one’s when another program has got the pid', () =>
  expect(isOrphan(`${own}.${pid}.${start}0.${number}`)).toBe(true))
it('is one’s when there is no such process', () => expect(isOrphan(`${own}.4194305.${start}.${number}`)).toBe(true))
it('is not ours to judge in another pid namespace', () => expect(isOrphan(`sandbox-1.4194305.${start}.0`)).toBe(false))
it.each(['web', 'sandbox-', 'sandbox-1.2.3', '../sandbox-1.2.3.4'])('%s is somebody else’s', (name) =>
  expect(isOrphan(name)).toBe(false),
)
