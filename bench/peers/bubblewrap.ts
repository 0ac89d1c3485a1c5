// bwrap, with the isolation of the OCI document as near as its options come.
import { existsSync } from 'node:fs'
import type { Contestant, Stage } from './contestant.ts'
import { timeSpawn, tryCommand } from './contestant.ts'

/**
 * bwrap makes the devices and links itself and covers /proc/{sys,sysrq-trigger,irq,bus} read-only. It cannot mount a new
 * sysfs (the host's is bound), set a resource limit or raise the loopback's address by option (it always raises it).
 */
function bubblewrapArguments(rootfs: string): string[] {
  return [
    ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net', '--unshare-cgroup', '--new-session'],
    ['--hostname', 'bench', '--chdir', '/', '--clearenv'],
    ['--setenv', 'PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', '--setenv', 'TERM', 'xterm'],
    ['--cap-drop', 'ALL', '--cap-add', 'CAP_AUDIT_WRITE', '--cap-add', 'CAP_KILL', '--cap-add', 'CAP_NET_BIND_SERVICE'],
    [
      '--ro-bind',
      rootfs,
      '/',
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--mqueue',
      '/dev/mqueue',
      '--ro-bind',
      '/sys',
      '/sys',
    ],
    ...['/proc/kcore', '/proc/keys', '/proc/timer_list']
      .filter(existsSync)
      .map((path) => ['--ro-bind', '/dev/null', path]),
    ...['/proc/acpi', '/proc/scsi', '/sys/firmware']
      .filter(existsSync)
      .map((path) => ['--tmpfs', path, '--remount-ro', path]),
    ['/bin/true'],
  ].flat()
}

/** `bwrap … /bin/true` */
export async function openBubblewrap(stage: Stage): Promise<Contestant> {
  const args = bubblewrapArguments(stage.rootfs)
  tryCommand('bwrap', args)
  return { name: 'bwrap', once: () => timeSpawn('bwrap', args), close: async () => {} }
}
