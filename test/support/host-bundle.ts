// A bundle whose root filesystem has no files: programs and their libraries are bound from this machine.
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Config } from '../../lib/index.ts'

/** @returns its directory, which the caller removes */
export function makeHostBundle(options: Parameters<typeof Config.template>[0]): string {
  const bundle = mkdtempSync(join(tmpdir(), 'libcontainer-bundle-'))
  mkdirSync(join(bundle, 'rootfs/usr'), { recursive: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64', 'lib32']) {
    if (existsSync(`/usr/${name}`)) symlinkSync(`usr/${name}`, join(bundle, 'rootfs', name))
  }
  const config = Config.template(options)
  const usr = { destination: '/usr', type: 'bind', source: '/usr', options: ['rbind', 'ro'] }
  const whole = { ...config, mounts: [...(config.mounts ?? []), usr] }
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(whole))
  return bundle
}
