// One run of the guest, from power-on to power-off: QEMU without KVM, so that it runs wherever the tests do.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Image, makeDisk } from './image.ts'

/** What the guest boots as: with a shell script as PID 1, or with systemd. */
export type GuestKind = 'plain' | 'systemd'

export interface Boot {
  readonly kind: GuestKind
  /** Becomes /work of the guest, on a disk of its own. */
  readonly work: string
  /** Milliseconds for all of it. */
  readonly timeout: number
}

const guestFiles = fileURLToPath(new URL('../../test/vm/guest', import.meta.url))

/**
 * Runs `guest/run-tests` in a new guest; what it prints appears here as it comes.
 * @returns the lines that it sent as its result
 * @throws Error with the end of the console when the guest ends without one, or not in time
 */
export async function bootGuest(image: Image, { kind, work, timeout }: Boot): Promise<string[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'libcontainer-vm-'))
  try {
    cpSync(guestFiles, join(work, 'guest'), { recursive: true })
    const disk = join(scratch, 'work.ext4')
    makeDisk(work, disk, '1G')
    const initramfs = makeInitramfs(image, scratch)
    const failure = await runQemu(machine(image, kind, disk, initramfs, scratch), timeout, join(scratch, 'qemu.log'))
    const result = readOrNothing(join(scratch, 'result')).split('\n').filter(Boolean)
    if (failure === undefined && result.some((line) => line.startsWith('{"exit":'))) return result
    const log = `${readOrNothing(join(scratch, 'qemu.log'))}${readOrNothing(join(scratch, 'console'))}`
    throw new Error(`the ${kind} guest ${failure ?? 'ended before its tests did'}; its console:\n${log.slice(-4000)}`)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function makeInitramfs(image: Image, scratch: string): string {
  const tree = join(scratch, 'initramfs')
  for (const name of ['bin', 'dev', 'proc', 'root', 'modules']) mkdirSync(join(tree, name), { recursive: true })
  copyFileSync(image.busybox, join(tree, 'bin/busybox'))
  copyFileSync(join(guestFiles, 'initramfs-init'), join(tree, 'init'))
  for (const module of image.modules) cpSync(module, join(tree, 'modules', module.slice(module.lastIndexOf('/') + 1)))
  const pack = 'find . | "$0" cpio -o -H newc 2> /dev/null'
  const { stdout } = spawnSync('sh', ['-c', pack, image.busybox], { cwd: tree, maxBuffer: 1 << 26 })
  const archive = `${tree}.cpio`
  writeFileSync(archive, stdout)
  return archive
}

const KERNEL_LINE = [
  ...['console=ttyS0', 'quiet', 'panic=-1', 'audit=0'],
  // What the tests are for.
  ...['cgroup_no_v1=all', 'systemd.unified_cgroup_hierarchy=1', 'apparmor=1', 'security=apparmor', 'hugepages=16'],
  // What costs time under emulation.
  ...['mitigations=off', 'nokaslr', 'no_timer_check', 'random.trust_cpu=on', 'systemd.show_status=0'],
]

/** Without a known frequency the guest measures its clock against emulated timers, which a busy machine makes wrong. */
function clockWords(): string[] {
  const mhz = /^cpu MHz\s*: ([\d.]+)/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]
  return mhz === undefined ? [] : ['tsc=reliable', 'clocksource=tsc', `tsc_early_khz=${Math.round(Number(mhz) * 1000)}`]
}

function machine(image: Image, kind: GuestKind, disk: string, initramfs: string, scratch: string): string[] {
  const port = (name: string, backend: string) => [
    ...['-chardev', `${backend},id=${name}`, '-device', `virtserialport,chardev=${name},name=${name}`],
  ]
  const drive = (file: string, name: string, options: string) => [
    ...['-drive', `file=${file},format=raw,if=none,id=${name},cache=unsafe${options}`],
    ...['-device', `virtio-blk-pci,drive=${name}`],
  ]
  return [
    ...['-M', 'q35,hpet=off,smbus=off,sata=off,usb=off', '-cpu', 'max,la57=off'],
    ...['-accel', 'tcg,thread=multi,tb-size=512', '-smp', '2', '-m', '2G'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-device', 'virtio-rng-pci'],
    ...['-kernel', image.kernel, '-initrd', initramfs],
    ...['-append', [...KERNEL_LINE, ...clockWords(), `guest=${kind}`].join(' ')],
    // The image stays as it is: what is written goes to a temporary file.
    ...drive(image.disk, 'root', ',snapshot=on'),
    ...drive(disk, 'work', ''),
    ...['-serial', `file:${join(scratch, 'console')}`, '-device', 'virtio-serial-pci'],
    ...port('output', 'stdio,signal=off'),
    ...port('result', `file,path=${join(scratch, 'result')}`),
  ]
}

/** @returns what went wrong */
function runQemu(args: readonly string[], timeout: number, log: string): Promise<string | undefined> {
  const stderr = openSync(log, 'w')
  // The port that is its standard streams closes with the first of them, so there must be an input, if a silent one.
  const qemu = spawn('qemu-system-x86_64', args, { stdio: ['pipe', 'inherit', stderr], timeout, killSignal: 'SIGKILL' })
  return new Promise((resolve, reject) => {
    qemu.on('error', reject)
    qemu.on('exit', (code, signal) => {
      if (signal !== null) resolve(`was ended (${signal}) after ${timeout / 1000} s`)
      else resolve(code === 0 ? undefined : `failed: QEMU ended with ${code}`)
    })
  })
}
