// Writes the hints of lib/hints.ts into docs/guides/troubleshooting.md, by what a reader sees.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HINTS } from '../lib/hints.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = 'docs/guides/troubleshooting.md'
const section = /(<!-- hints -->\n).*(<!-- end of hints -->)/s

/** A heading, the operations and calls that it is about, and what they do, for who has never heard of them. */
interface Symptom {
  readonly heading: string
  readonly about: string
  readonly names: readonly string[]
}

const SYMPTOMS: readonly Symptom[] = [
  {
    heading: 'No process or namespace can be made',
    about: 'The machine, or what is around your program, does not let it make a container at all.',
    names: ['clone3', 'unshare', 'fork', 'setns', 'execveat'],
  },
  {
    heading: 'Users and groups',
    about: 'Ids inside are mapped to ids outside; only what is mapped can be used.',
    names: ['write uid_map', 'write gid_map', 'setUser'],
  },
  {
    heading: 'Files and mounts',
    about: 'Something cannot be mounted, or not so. The error has the target as `path`.',
    names: [
      ...['openTree', 'bindMount', 'setMountAttributes', 'setTreeAttributes', 'mount_setattr'],
      ...['mount', 'createFilesystem', 'changeDirectory'],
    ],
  },
  {
    heading: 'Devices',
    about: 'Device nodes are made by root; in a user namespace those of the machine are bound.',
    names: ['openDevice', 'reopenNull', 'makeDevice'],
  },
  {
    heading: 'The program cannot be executed',
    about: 'All is set up, and then there is no such program, or it is not one for this machine.',
    names: ['findExecutable', 'exec'],
  },
  { heading: 'Terminals', about: 'With `process.terminal` or `tty`.', names: ['openTerminal', 'bindTerminal'] },
  {
    heading: 'Limits and priorities of a process',
    about: 'Some may be lowered by everybody and raised by few.',
    names: ['setRlimit', 'setOomScoreAdj', 'setScheduler', 'setIoPriority', 'setMemoryPolicy'],
  },
  { heading: 'Host name and clocks', about: '', names: ['setHostname', 'setDomainname', 'setTimeOffsets'] },
  {
    heading: 'Keyrings and security modules',
    about: '',
    names: ['newSessionKeyring', 'setSecurityAttribute'],
  },
  { heading: 'Too many at once', about: 'Anywhere.', names: [] },
]

function hintTables(): string {
  const of = new Map(SYMPTOMS.flatMap((symptom) => symptom.names.map((name) => [name, symptom])))
  const general = SYMPTOMS.find(({ names }) => names.length === 0)
  const placed = HINTS.map((hint) => {
    const name = hint.op ?? hint.syscall
    const symptom = name === undefined ? general : of.get(name)
    if (symptom === undefined) throw new Error(`scripts/generate-troubleshooting.ts has no symptom for ${name}`)
    return { hint, symptom }
  })
  return SYMPTOMS.map((symptom) => {
    const rows = placed.filter((each) => each.symptom === symptom).map(({ hint }) => rowOf(hint))
    const about = symptom.about === '' ? [] : [symptom.about, '']
    return [
      `### ${symptom.heading}`,
      '',
      ...about,
      '| operation or call | errno | what to do |',
      '| --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
  }).join('\n')
}

function rowOf({ op, syscall, errno, text }: (typeof HINTS)[number]): string {
  const where = [op, syscall].filter((name) => name !== undefined).map((name) => `\`${name}\``)
  const linked = text.replaceAll('|', '\\|').replace(/docs\/([\w-]+\.md)(#[\w-]+)?/g, '[$1](../$1$2)')
  return `| ${where.join(' ') || 'any'} | ${errno} | ${linked} |`
}

/** @returns the page when it was, or with `check` is, out of date */
export async function generateTroubleshooting(check: boolean): Promise<string[]> {
  const path = join(root, page)
  const text = await readFile(path, 'utf8')
  if (!section.test(text)) throw new Error(`${page} has no section for the hints`)
  const fresh = text.replace(section, (_, start: string, end: string) => `${start}\n${hintTables()}\n${end}`)
  if (fresh === text) return []
  if (!check) await writeFile(path, fresh)
  return [page]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const changed = await generateTroubleshooting(check)
  for (const path of changed) console.log(`${check ? 'out of date' : 'written'}: ${path}`)
  if (check && changed.length > 0) process.exitCode = 1
}
