// Makes lib/config/*.gen.ts from the JSON Schemas in lib/config/schema: the types, the validator, the known properties.
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _, Ajv, type CodeKeywordDefinition } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', 'lib', 'config')
const SCHEMAS = ['config.json', 'process.json', 'linux.json', 'resources.json', 'seccomp.json', 'state.json']

/** The part of JSON Schema that the files use. `format` is always the width of an integer. */
interface Schema {
  readonly $ref?: string
  readonly type?: 'object' | 'array' | 'string' | 'boolean' | 'integer'
  readonly description?: string
  readonly format?: keyof typeof INTEGERS
  readonly enum?: readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | true
  readonly items?: Schema
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
}
type Definitions = Readonly<Record<string, Schema>>

/** Lowest and highest value of each width. Those beyond 2^53 may be bigint, which JSON Schema knows nothing of. */
const INTEGERS = {
  uint16: [0n, 0xffffn],
  int32: [-0x8000_0000n, 0x7fff_ffffn],
  uint32: [0n, 0xffff_ffffn],
  int64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
  uint64: [0n, 0xffff_ffff_ffff_ffffn],
} as const

/**
 * Generates the files, or with `check` only compares them.
 * @returns the paths that were written or, with `check`, that are out of date
 */
export async function generate(check: boolean): Promise<string[]> {
  const definitions = await readDefinitions()
  const files = {
    'types.gen.ts': typesFile(definitions),
    'structure.gen.ts': structureFile(definitions),
    'properties.gen.ts': propertiesFile(definitions),
  }
  const changed: string[] = []
  for (const [name, text] of Object.entries(files)) {
    const path = join(FOLDER, name)
    const old = await readFile(path, 'utf8').catch(() => '')
    if (old === text) continue
    changed.push(`lib/config/${name}`)
    if (!check) await writeFile(path, text)
  }
  return changed
}

/** All `$defs` of all schema files by name; a name stands for one definition wherever it is. */
async function readDefinitions(): Promise<Definitions> {
  const all: Record<string, Schema> = {}
  for (const file of SCHEMAS) {
    const { $defs } = JSON.parse(await readFile(join(FOLDER, 'schema', file), 'utf8')) as { $defs: Definitions }
    for (const [name, schema] of Object.entries($defs)) {
      if (all[name] !== undefined) throw new Error(`${file}: ${name} is defined twice`)
      all[name] = schema
    }
  }
  return all
}

function header(what: string): string {
  return `// ${what} Generated from lib/config/schema by scripts/generate-config.ts: do not edit.\n`
}

/** `process.json#/$defs/User` → `User` */
const refName = ($ref: string): string => basename($ref)

// ——— types ———

function typesFile(definitions: Definitions): string {
  const parts = Object.entries(definitions).map(([name, schema]) => {
    const doc = docComment(schema.description, '')
    if (schema.type !== 'object') return `${doc}export type ${name} = ${typeOf(schema)}\n`
    return `${doc}export interface ${name} {\n${members(schema)}}\n`
  })
  return [header('The types of the OCI documents.'), ...parts].join('\n')
}

function members(schema: Schema): string {
  const { properties, required = [], additionalProperties } = schema
  if (properties === undefined) {
    return `  [key: string]: ${additionalProperties === true ? 'unknown' : typeOf(additionalProperties ?? {})}\n`
  }
  return Object.entries(properties)
    .map(([key, value]) => {
      const optional = required.includes(key) ? '' : '?'
      return `${docComment(value.description, '  ')}  ${key}${optional}: ${typeOf(value)}\n`
    })
    .join('')
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return refName(schema.$ref)
  if (schema.enum !== undefined) return schema.enum.map((word) => `'${word}'`).join(' | ')
  if (schema.type === 'integer') return schema.format?.endsWith('64') ? 'number | bigint' : 'number'
  if (schema.type === 'array') return arrayOf(typeOf(schema.items ?? {}))
  if (schema.type === 'object') return `Record<string, ${typeOf(schema.additionalProperties as Schema)}>`
  if (schema.type === undefined) throw new Error(`a schema has no type: ${JSON.stringify(schema)}`)
  return schema.type
}

const arrayOf = (type: string): string => (type.includes('|') ? `Array<${type}>` : `${type}[]`)

function docComment(text: string | undefined, indent: string): string {
  if (text === undefined) throw new Error('every definition and property needs a description')
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] as string
    if (indent.length + 3 + last.length + 1 + word.length > 120) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  const [only, ...more] = lines
  if (more.length === 0 && `${indent}/** ${only} */`.length <= 120) return `${indent}/** ${only} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`
}

// ——— validator ———

/** `integer: 'uint64'`: the value is a number that is safe, or a bigint where 64 bits are meant, within the range. */
const integerKeyword: CodeKeywordDefinition = {
  keyword: 'integer',
  schemaType: 'string',
  code(cxt) {
    const [min, max] = INTEGERS[cxt.schema as keyof typeof INTEGERS]
    const { data } = cxt
    // A double takes the place of each bound: 2^53 is where the safe integers end anyway.
    const safe = _`Number.isSafeInteger(${data}) && ${data} >= ${Number(min)} && ${data} <= ${Number(max)}`
    if (!(cxt.schema as string).endsWith('64')) return cxt.pass(safe)
    const big =
      min === 0n ? _`${data} >= 0n && ${data} <= 0xffffffffffffffffn` : _`BigInt.asIntN(64, ${data}) === ${data}`
    cxt.pass(_`typeof ${data} == "bigint" ? ${big} : ${safe}`)
  },
  error: { message: '', params: ({ schema }) => _`{integer: ${schema}}` },
}

function structureFile(definitions: Definitions): string {
  const ajv = new Ajv({
    allErrors: true,
    messages: false,
    unicodeRegExp: false,
    // Ranges stand beside our own keyword instead of a type.
    strictTypes: false,
    keywords: [integerKeyword],
    code: { source: true, esm: true, lines: true },
  })
  const schemas = Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, bare(schema)]))
  const validate = ajv.compile({ $ref: '#/$defs/Config', $defs: schemas })
  const code = (standalone as unknown as typeof standalone.default)(ajv, validate)
  if (code.includes('require(')) throw new Error('the generated validator needs ajv at run time')
  return `${header('Whether a document has the structure of an OCI configuration.')}// @ts-nocheck
/** What ajv says of one place that is wrong. */
export interface StructureError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}
export interface StructureCheck {
  (document: unknown): boolean
  errors?: StructureError[] | null
}
${slim(code)}`
}

const COLLECT =
  /const (err\d+) = (\{.*\});\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}/g

/**
 * Smaller, since loading it is a part of loading the library: without what nothing refers to (schemas
 * kept for messages that we word ourselves, and paths into them), and with one line where an error is collected.
 */
function slim(code: string): string {
  const uses = (name: string): number => code.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0
  return code
    .replace('"use strict";', '')
    .replace(/export default \w+;/, '')
    .replace(/export const validate = (\w+);/, 'export const hasStructure: StructureCheck = $1\n')
    .replace(/^const (schema\d+) = .*\n/gm, (line, name: string) => (uses(name) > 1 ? line : ''))
    .replace(/schemaPath:"[^"]*",/g, '')
    .replace(COLLECT, '(vErrors ??= []).push($2);')
}

/** The schema as ajv is to see it: no words, integers by our keyword, references inside one document. */
function bare(schema: Schema): Record<string, unknown> {
  const { $ref, description: _words, format, properties, additionalProperties, items, type, ...rest } = schema
  const result: Record<string, unknown> = { ...rest }
  if ($ref !== undefined) result['$ref'] = `#/$defs/${refName($ref)}`
  if (format !== undefined) result['integer'] = format
  else if (type !== undefined) result['type'] = type
  if (properties !== undefined) {
    result['properties'] = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, bare(value)]))
  }
  if (typeof additionalProperties === 'object') result['additionalProperties'] = bare(additionalProperties)
  if (items !== undefined) result['items'] = bare(items)
  return result
}

// ——— known properties ———

function propertiesFile(definitions: Definitions): string {
  const rows = Object.entries(definitions)
    .filter(([, schema]) => schema.properties !== undefined)
    .map(([name, { properties = {} }]) => {
      const cells = Object.entries(properties).map(([key, value]) => `${key}: '${content(value, definitions)}'`)
      return `  ${name}: { ${cells.join(', ')} },\n`
    })
  return `${header('Which properties each object of the documents has.')}
/**
 * Definition → property → what is in it: the name of a definition (of the value itself, or of an array's items),
 * that name with \`{}\` behind it for a map of such values, or nothing.
 */
export const PROPERTIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
${rows.join('')}}
`
}

function content(schema: Schema, definitions: Definitions): string {
  if (schema.$ref !== undefined) {
    const name = refName(schema.$ref)
    return definitions[name]?.properties === undefined ? '' : name
  }
  if (schema.items !== undefined) return content(schema.items, definitions)
  if (typeof schema.additionalProperties === 'object') return `${content(schema.additionalProperties, definitions)}{}`
  return ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const changed = await generate(check)
  for (const path of changed) console.log(`${check ? 'out of date' : 'written'}: ${path}`)
  if (check && changed.length > 0) process.exitCode = 1
}
