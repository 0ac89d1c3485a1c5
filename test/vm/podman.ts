// Podman in the guest, with our command line as its runtime.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { type Called, call, copyRootfs, RUNTIME, succeed } from './engines.ts'

export interface Podman {
  readonly rootfs: string
  call(...args: readonly string[]): Promise<Called>
  succeed(...args: readonly string[]): Promise<string>
}

export function openPodman(cgroupManager: 'cgroupfs' | 'systemd'): Podman {
  const directory = mkdtempSync('/var/tmp/podman-')
  mkdirSync('/run/lock', { recursive: true })
  const [engine, storage] = [`${directory}/containers.conf`, `${directory}/storage.conf`]
  const lines = [
    ...['[containers]', 'netns = "none"', 'log_driver = "k8s-file"'],
    ...['[engine]', `cgroup_manager = "${cgroupManager}"`, 'events_logger = "file"', 'runtime = "libcontainer"'],
    ...['runtime_supports_json = ["libcontainer"]', '[engine.runtimes]', `libcontainer = ["${RUNTIME}"]`],
  ]
  writeFileSync(engine, `${lines.join('\n')}\n`)
  const paths = `graphroot = "${directory}/storage"\nrunroot = "${directory}/run"\n`
  writeFileSync(storage, `[storage]\ndriver = "vfs"\n${paths}`)
  const env = { CONTAINERS_CONF: engine, CONTAINERS_STORAGE_CONF: storage }
  return {
    rootfs: copyRootfs(`${directory}/rootfs`),
    call: (...args) => call('podman', args, env),
    succeed: (...args) => succeed('podman', args, env),
  }
}
