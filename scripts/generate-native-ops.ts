// Writes the C++ half of the contract from lib/plan/ops.ts: native/init/ops.gen.h and native/wire_table.gen.h.
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Field, OPS, type OpSpec, type WireType } from '../lib/plan/ops.ts'
import { tableHash } from '../lib/plan/table-hash.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const CPP_TYPES: Readonly<Record<WireType, string>> = {
  u32: 'uint32_t',
  i32: 'int32_t',
  u64: 'uint64_t',
  bool: 'bool',
  string: 'String',
  strings: 'Strings',
  u32s: 'U32s',
  slot: 'Slot',
}

/** Words that C++ keeps for itself; more are added when a field needs one. */
const RESERVED = new Set(['namespace', 'default', 'delete', 'new', 'private', 'public', 'register', 'switch', 'union'])

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
  const members = fieldsOf(op).map(([name, { type, doc }]) => `  ${CPP_TYPES[type]} ${member(name)};  // ${doc}\n`)
  const reads = fieldsOf(op).map(([name]) => `reader.read(op.${member(name)})`)
  const decode =
    reads.length === 0
      ? `inline bool decode(Reader&, ${op.struct}&) { return true; }`
      : `inline bool decode(Reader& reader, ${op.struct}& op) {\n  return ${reads.join(' &&\n         ')};\n}`
  return `// ${op.spec.doc}
struct ${op.struct} {
${members.join('')}};
${decode}
Result run(Context& context, const ${op.struct}& op);
`
}

const caseText = ({ enumerator, struct }: NativeOp): string => `    case OpId::${enumerator}: {
      ${struct} op;
      return decode(reader, op) && reader.atEnd() && visit(op);
    }
`

const opsHeader = (): string => `// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In init, before and after pivot: the operations as structs, their decoders, and the one switch over all of them.
#pragma once

#include "reader.h"

namespace init {

struct Context;
enum class Result : bool;

enum class OpId : uint32_t {
${ops.map(({ enumerator, spec }) => `  ${enumerator} = ${spec.id},\n`).join('')}};

${ops.map(structText).join('\n')}
// Decodes the fields of one operation and passes it to \`visit\`, whose answer it returns; false when it is malformed.
template <typename Visit>
inline bool visitOp(uint32_t id, Reader& reader, Visit visit) {
  switch (static_cast<OpId>(id)) {
${ops.map(caseText).join('')}  }
  return false;
}

}  // namespace init
`

const tableHeader = (): string => `// Generated from lib/plan/ops.ts by scripts/generate-native-ops.ts; do not edit.
// In Node's process and in init, before and after pivot: which operation table both were built from.
#pragma once

#include <stdint.h>

namespace wire {

constexpr uint32_t kTableHash = 0x${tableHash().toString(16).padStart(8, '0')};

}  // namespace wire
`

/**
 * Writes the generated headers that are out of date, or only finds them.
 * @param check write nothing
 * @returns paths, relative to the package, of the files written, or stale when `check` is set
 */
export async function generateNativeOps(check: boolean): Promise<string[]> {
  const wanted: ReadonlyArray<[string, string]> = [
    [join(root, 'native/init/ops.gen.h'), opsHeader()],
    [join(root, 'native/wire_table.gen.h'), tableHeader()],
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
