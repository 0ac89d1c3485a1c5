// The two smallest programs a container can run, as bytes: no compiler, no libc, no page faults of their own.
import { arch } from 'node:process'

const LOAD_ADDRESS = 0x400000
const HEADERS = 64 + 56

interface Target {
  readonly machine: number
  /** exit_group(0) */
  readonly exit: Uint8Array
  /** waits for a signal, for ever */
  readonly wait: Uint8Array
}

function words(...instructions: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(instructions).buffer)
}

const targets: Record<string, Target> = {
  x64: {
    machine: 62,
    // mov $231,%eax; xor %edi,%edi; syscall
    exit: Uint8Array.of(0xb8, 231, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05),
    // mov $34,%eax; syscall; jmp to the start
    wait: Uint8Array.of(0xb8, 34, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7),
  },
  arm64: {
    machine: 183,
    // mov x8,#94; mov x0,#0; svc #0
    exit: words(0xd2800bc8, 0xd2800000, 0xd4000001),
    // mov x8,#73 (ppoll); mov x0..x3,#0; svc #0; b to the start
    wait: words(0xd2800928, 0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd4000001, 0x17fffffa),
  },
}

function targetHere(): Target {
  const target = targets[arch]
  if (!target) throw new Error(`bench: no program image for the architecture ${arch}`)
  return target
}

/** Wraps machine code in an ELF64 header and one readable, executable segment (elf(5)). */
function elfImage(machine: number, code: Uint8Array): Uint8Array {
  const image = new Uint8Array(HEADERS + code.length)
  const view = new DataView(image.buffer)
  image.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  view.setUint16(16, 2, true) // ET_EXEC
  view.setUint16(18, machine, true)
  view.setUint32(20, 1, true)
  view.setBigUint64(24, BigInt(LOAD_ADDRESS + HEADERS), true) // entry
  view.setBigUint64(32, 64n, true) // program headers
  view.setUint16(52, 64, true)
  view.setUint16(54, 56, true)
  view.setUint16(56, 1, true)
  view.setUint32(64, 1, true) // PT_LOAD
  view.setUint32(68, 5, true) // readable, executable
  view.setBigUint64(80, BigInt(LOAD_ADDRESS), true)
  view.setBigUint64(88, BigInt(LOAD_ADDRESS), true)
  view.setBigUint64(96, BigInt(image.length), true)
  view.setBigUint64(104, BigInt(image.length), true)
  view.setBigUint64(112, 4096n, true)
  image.set(code, HEADERS)
  return image
}

/** A static program that does nothing and succeeds. */
export function trueProgram(): Uint8Array {
  const target = targetHere()
  return elfImage(target.machine, target.exit)
}

/** A static program that sleeps until it is killed. */
export function pauseProgram(): Uint8Array {
  const target = targetHere()
  return elfImage(target.machine, target.wait)
}
