// The OCI features document.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { features } from '../../lib/features.ts'
import { Config } from '../../lib/index.ts'
import { OCI_VERSION, VERSION } from '../../lib/version.ts'

describe('features', () => {
  it('names the versions of package.json and of the spec', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(VERSION).toBe(version)
    expect(features()).toMatchObject({ ociVersionMin: '1.0.0', ociVersionMax: OCI_VERSION })
    expect(Config.template().ociVersion).toBe(OCI_VERSION)
  })

  it('lists what the documents may say', () => {
    const { hooks, mountOptions, linux } = features()
    expect(hooks).toHaveLength(6)
    expect(mountOptions).toEqual(expect.arrayContaining(['ro', 'rbind', 'rro', 'idmap', 'tmpcopyup', 'nosymfollow']))
    expect(mountOptions).toEqual([...mountOptions].sort())
    expect(linux.namespaces).toEqual(
      expect.arrayContaining(['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts']),
    )
    expect(linux.cgroup).toMatchObject({ v1: false, v2: true })
    expect(linux.capabilities).toContain('CAP_CHECKPOINT_RESTORE')
    for (const name of linux.capabilities) expect(name).toMatch(/^CAP_[A-Z_]+$/)
  })
})
