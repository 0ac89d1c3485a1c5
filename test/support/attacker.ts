// Puts the hostile program beside the probe.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bundle } from './bundle.ts'

const source = fileURLToPath(new URL('attacker.c', import.meta.url))

/** @returns its path on the host: in a container it is `attacker` */
export function addAttacker({ rootfs }: Pick<Bundle, 'rootfs'>): string {
  const attacker = join(rootfs, 'bin/attacker')
  execFileSync('cc', ['-static', '-O1', '-D_GNU_SOURCE', '-o', attacker, source], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return attacker
}
