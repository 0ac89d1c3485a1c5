// Reads /proc/self/mountinfo (proc_pid_mountinfo(5)) as far as the tests look at it.

export interface Mount {
  readonly point: string
  /** Of the mount: ro, nosuid … */
  readonly attributes: readonly string[]
  /** Propagation: `shared:7`, `master:3`, `unbindable`; empty when private. */
  readonly propagation: string
  readonly type: string
  readonly source: string
  /** Of the filesystem. */
  readonly options: readonly string[]
}

export function parseMountinfo(text: string): Mount[] {
  return text.trim().split('\n').map(parseLine)
}

function parseLine(line: string): Mount {
  const [mount = '', filesystem = ''] = line.split(' - ')
  const [, , , , point = '', attributes = '', ...propagation] = mount.split(' ')
  const [type = '', source = '', options = ''] = filesystem.split(' ')
  return {
    point,
    attributes: attributes.split(','),
    propagation: propagation.join(' '),
    type,
    source,
    options: options.split(','),
  }
}

/** The topmost mount at a path. */
export function mountAt(mounts: readonly Mount[], point: string): Mount | undefined {
  return mounts.findLast((mount) => mount.point === point)
}
