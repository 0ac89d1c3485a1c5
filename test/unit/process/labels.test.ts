// What security modules are told: profiles and labels as operations.
import { expect, it } from 'vitest'
import { planExecLabels, planLabelAccess, withKeyLabel } from '../../../lib/process/labels.ts'

const attribute = (name: string, value: string, fallback = '') => ({
  op: 'setSecurityAttribute',
  name,
  fallback,
  value,
})
const selinuxLabel = 'system_u:system_r:container_t:s0'
const keyring = { op: 'newSessionKeyring', optional: false } as const

it('an apparmorProfile is told as a change at the next exec, to the module’s own file where there is one', () => {
  const process = { apparmorProfile: 'docker-default' }
  expect(planExecLabels(process)).toEqual([attribute('apparmor/exec', 'exec docker-default', 'exec')])
  expect(planLabelAccess(process)).toEqual([{ op: 'openProcfs' }])
})

it('a selinuxLabel is told as it is, and keys get it too', () => {
  const process = { selinuxLabel }
  expect(planExecLabels(process)).toEqual([attribute('exec', selinuxLabel)])
  expect(planLabelAccess(process)).toEqual([{ op: 'openProcfs' }])
  expect(withKeyLabel(process, [keyring])).toEqual([
    attribute('keycreate', selinuxLabel),
    keyring,
    attribute('keycreate', '\n'),
  ])
  expect(withKeyLabel(process, [])).toEqual([])
})

it('neither, and nothing is touched', () => {
  for (const process of [{}, { apparmorProfile: '', selinuxLabel: '' }]) {
    expect(planExecLabels(process)).toEqual([])
    expect(planLabelAccess(process)).toEqual([])
    expect(withKeyLabel(process, [keyring])).toEqual([keyring])
  }
})
