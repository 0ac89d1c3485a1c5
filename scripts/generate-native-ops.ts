// Writes the C++ half of the contract from lib/plan/ops.ts: native/init/ops.gen.h and native/wire_table.gen.h; and the
// fingerprint by which both halves know each other: lib/plan/table-hash.gen.ts.
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Field, OPS, type OpSpec, type WireType } from '../lib/plan/ops.ts'
import { tableHash } from './table-hash.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The C++ type of a field, and the letter that Reader::readFields knows it by. */
const CPP_TYPES: Readonly<Record<WireType, readonly [type: string, letter: string]>> = {
  u32: ['uint32_t', 'u'],
  i32: ['int32_t', 'i'],
  u64: ['uint64_t', 'U'],
  bool: ['bool', 'b'],
  string: ['String', 's'],
  strings: ['Strings', 'S'],
  u32s: ['U32s', 'n'],
  slot: ['Slot', 'f'],
}

/** Words that C++ keeps for itself; more are added when a field needs one. */
const RESERVED = new Set([
  'class',
  'namespace',
  'default',
  'delete',
  'new',
  'private',
  'public',
  'register',
  'switch',
  'union',
])

interface NativeOp {
  readonly spec: OpSpec
  readonly enumerator: string
  readonly struct: string
}

const ops: readonly NativeOp[] = Object.entries<OpSpec>(OPS)
  .map(([name, spec]) => {
    const pascal = name.charAt(0).toUpperCase() + name.slice(1)
    return { spec, enumerator: `k${pascal}`, struct: `Op${pascal}` }
  })
  .sort((a, b) => a.spec.id - b.spec.id)

function member(field: string): string {
  const snake = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return RESERVED.has(snake) ? `${snake}_` : snake
}

const fieldsOf = ({ spec }: NativeOp): Array<[string, Field]> => Object.entries(spec.fields)

function structText(op: NativeOp): string {
  const members = fieldsOf(op).map(([name, { type, doc }]) => `  ${CPP_TYPES[type][0]} ${member(name)};  // ${doc}\n`)
  return `// ${op.spec.doc}
struct ${op.struct} {
${members.join('')}};
Result run(Context& context, const ${op.struct}& op);
`
}

function fieldsCase(op: NativeOp): string {
  const letters = fieldsOf(op).map(([, { type }]) => CPP_TYPES[type][1])
  return `    case OpId::${op.enumerator}: return "${letters.join('')}";\n`
}

const runCase = ({ enumerator, struct }: NativeOp): string =>
  `    case OpId::${enumerator}: return run(context, *reinterpret_cast<const ${struct}*>(decoded.bytes));\n`

/** What lets Reader::readFields fill a struct that it knows only by letters. */
function layoutAssertion(op: NativeOp): string {
  const letters = fieldsOf(op).map(([, { type }]) => CPP_TYPES[type][1])
  const offsets = fieldsOf(op).map(([name]) => `offsetof(${op.struct}, ${member(name)})`)
  if (offsets.length === 0) return ''
  const size = `sizeof(${op.struct}) <= sizeof(DecodedOp::bytes)`
  return `static_assert(hasLayout("${letters.join('')}", {${offsets.join(', ')}}) && ${size});\n`
}

const opsHeader = (): string => `// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In init, before and after pivot: the operations as structs, what their fields are, and the one switch over them.
#pragma once

// clang-format off
#include "reader.h"

namespace init {

struct Context;
enum class Result : bool;

enum class OpId : uint32_t {
${ops.map(({ enumerator, spec }) => `  ${enumerator} = ${spec.id},\n`).join('')}};

${ops.map(structText).join('\n')}
// The fields of an operation, a letter each as Reader::readFields takes them; nullptr when there is no such operation.
inline const char* fieldsOf(OpId id) {
  switch (id) {
${ops.map(fieldsCase).join('')}  }
  return nullptr;
}

// Runs an operation whose fields have been read.
inline Result dispatch(Context& context, OpId id, const DecodedOp& decoded) {
  switch (id) {
${ops.map(runCase).join('')}  }
  __builtin_unreachable();
}

${ops.map(layoutAssertion).join('')}
}  // namespace init
`

const hexHash = (): string => `0x${tableHash().toString(16).padStart(8, '0')}`

const tableModule = (): string => `// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// A plan and the init that runs it must come from the same table of operations: its fingerprint, in a plan's header.
export const TABLE_HASH = ${hexHash()}
`

const tableHeader = (): string => `// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In Node's process and in init, before and after pivot: which operation table both were built from.
#pragma once

#include <stdint.h>

namespace wire {

constexpr uint32_t kTableHash = ${hexHash()};

}  // namespace wire
`

/**
 * Writes the generated files that are out of date, or only finds them.
 * @param check write nothing
 * @returns paths, relative to the package, of the files written, or stale when `check` is set
 */
export async function generateNativeOps(check: boolean): Promise<string[]> {
  const wanted: ReadonlyArray<[string, string]> = [
    [join(root, 'native/init/ops.gen.h'), opsHeader()],
    [join(root, 'native/wire_table.gen.h'), tableHeader()],
    [join(root, 'lib/plan/table-hash.gen.ts'), tableModule()],
  ]
  const stale: string[] = []
  for (const [path, text] of wanted) {
    if ((await readIfThere(path)) === text) continue
    stale.push(relative(root, path))
    if (!check) await writeFile(path, text)
  }
  return stale
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
