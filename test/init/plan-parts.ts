// Operations with the fields a test does not care about filled in, and the parts that most plans here have in common.
import { existsSync } from 'node:fs'
import type { Op, OpName, OpOf } from '../../lib/plan/ops.ts'
import { MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSUID, MS_PRIVATE } from './kernel.ts'

type Fields<N extends OpName> = Omit<OpOf<N>, 'op'>
type Some<N extends OpName> = Partial<Fields<N>>

export const mount = (fields: Some<'mount'>): Op => ({
  op: 'mount',
  type: 'tmpfs',
  source: '',
  target: '/mnt',
  data: [],
  attributes: 0,
  propagation: 0,
  noSymlinks: false,
  ...fields,
})

export const createFilesystem = (fields: Some<'createFilesystem'>): Op => ({
  op: 'createFilesystem',
  tree: 'tree',
  type: 'tmpfs',
  source: '',
  data: [],
  attributes: 0,
  directory: '',
  ...fields,
})

export const openTree = (fields: Some<'openTree'>): Op => ({
  op: 'openTree',
  tree: 'tree',
  path: '/',
  recursive: false,
  directory: false,
  ...fields,
})

export const bindMount = (fields: Some<'bindMount'>): Op => ({
  op: 'bindMount',
  tree: 'tree',
  target: '/mnt',
  set: 0,
  clear: 0,
  recursive: false,
  propagation: 0,
  ...fields,
})

export const setMountAttributes = (fields: Some<'setMountAttributes'>): Op => ({
  op: 'setMountAttributes',
  path: '/',
  set: 0,
  clear: 0,
  recursive: false,
  ...fields,
})

export const makeDirectory = (path: string, mode = 0o755, base = 'root'): Op => ({
  op: 'makeDirectory',
  base,
  path,
  mode,
})

export const makeSymlink = (path: string, target: string): Op => ({ op: 'makeSymlink', path, target })

export const setUser = (fields: Some<'setUser'>): Op => ({
  op: 'setUser',
  uid: 0,
  gid: 0,
  groups: [],
  setGroups: false,
  keepCapabilities: false,
  ...fields,
})

export const runHook = (fields: Some<'runHook'>): Op => ({
  op: 'runHook',
  name: 'hook',
  path: '/bin/sh',
  args: ['sh', '-c', 'exit 0'],
  env: ['PATH=/usr/bin:/bin'],
  timeout: 0,
  directory: '',
  ...fields,
})

export const pivotRoot: Op = { op: 'pivotRoot', root: 'root' }
export const setStdio: Op = { op: 'setStdio', stdin: 'stdin', stdout: 'stdout', stderr: 'stderr' }

/** Executes a program with these arguments, found in the usual places. */
export const execute = (...args: string[]): Op[] => [
  { op: 'findExecutable', name: args[0] ?? '', path: '/usr/bin:/bin:/usr/sbin:/sbin' },
  { op: 'exec', args, env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin', 'LC_ALL=C'], passedFds: 0 },
]

/** Everything below / in this process's own mount namespace: nothing spreads to the host. */
export const makePrivate: Op = { op: 'setPropagation', path: '/', propagation: MS_PRIVATE, recursive: true }

/** An empty tmpfs, attached, in the slot `root`. */
export const emptyRoot: readonly Op[] = [
  makePrivate,
  createFilesystem({ tree: 'root', source: 'root', data: ['mode', '755'] }),
  { op: 'attachRoot', tree: 'root', onto: '' },
]

const programs = ['/bin', '/sbin', '/usr', '/lib', '/lib64'].filter((path) => existsSync(path))

/** The host's programs and libraries, and a procfs: enough for `sh -c` to look around. */
export const hostPrograms: readonly Op[] = [
  ...programs.flatMap((path, index) => [
    openTree({ tree: `programs${index}`, path, recursive: true }),
    bindMount({ tree: `programs${index}`, target: path }),
  ]),
  mount({
    type: 'proc',
    source: 'proc',
    target: '/proc',
    attributes: MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
    noSymlinks: true,
  }),
]

/** Enters the root and runs a shell script there. */
export const enterAndRun = (script: string): Op[] => [pivotRoot, setStdio, ...execute('sh', '-c', script)]

/**
 * A plan of a whole small container: root, programs, the operations under test, then a script that looks at the result.
 * @param inside operations for after pivotRoot and setStdio
 */
export const container = (ops: readonly Op[], script: string, inside: readonly Op[] = []): Op[] => [
  ...emptyRoot,
  ...hostPrograms,
  ...ops,
  pivotRoot,
  setStdio,
  ...inside,
  ...execute('sh', '-c', script),
]

/** The operations under test in an empty root, and nothing after them. */
export const inEmptyRoot = (...ops: Op[]): Op[] => [...emptyRoot, ...ops]
