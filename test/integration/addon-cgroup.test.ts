// launch into a cgroup: the process is born there, or not at all.
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { childrenOf, findCgroup2, isRoot, launch, whileWaiting } from './addon-support.ts'

const mount = findCgroup2()

describe.runIf(isRoot && mount !== undefined)('cgroup', () => {
  const path = join(mount ?? '', `libcontainer-addon-test-${process.pid}`)
  let fd = -1
  beforeEach(() => {
    mkdirSync(path)
    fd = openSync(path, 'r')
  })
  afterEach(() => {
    closeSync(fd)
    rmdirSync(path)
    expect(childrenOf(process.pid)).toEqual([])
  })

  it('is where the process is born', async () => {
    const seen = await whileWaiting({ cgroup: fd }, ({ pid }) => ({
      theirs: readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n').at(-2),
      members: readFileSync(join(path, 'cgroup.procs'), 'utf8').trim(),
      pid: String(pid),
    }))
    expect(seen.theirs).toBe(`0::/libcontainer-addon-test-${process.pid}`)
    expect(seen.members).toBe(seen.pid)
  })

  it('refuses one that can hold no process, with the error of clone3', async () => {
    const [threaded, invalid] = [join(path, 'threaded'), join(path, 'invalid')]
    mkdirSync(threaded)
    mkdirSync(invalid)
    // Its siblings are no domains any more (cgroup-v2.rst, "domain invalid").
    writeFileSync(join(threaded, 'cgroup.type'), 'threaded')
    const target = openSync(invalid, 'r')
    const refusal = await launch({ cgroup: target }).catch((error: unknown) => error)
    closeSync(target)
    rmdirSync(threaded)
    rmdirSync(invalid)
    expect(refusal).toMatchObject({ syscall: 'clone3', code: 'EOPNOTSUPP' })
  })

  it('refuses one that has been removed, and what is none', async () => {
    const child = join(path, 'gone')
    mkdirSync(child)
    const gone = openSync(child, 'r')
    rmdirSync(child)
    await expect(launch({ cgroup: gone })).rejects.toMatchObject({ syscall: 'clone3', code: 'ENOENT' })
    closeSync(gone)
    const folder = openSync('/', 'r')
    await expect(launch({ cgroup: folder })).rejects.toMatchObject({ syscall: 'clone3', code: 'EBADF' })
    closeSync(folder)
    await expect(launch({ cgroup: folder })).rejects.toMatchObject({ code: 'EBADF' })
  })
})
