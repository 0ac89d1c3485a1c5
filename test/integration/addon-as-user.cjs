// Root that becomes an ordinary user after the addon has threads and a memfd: prints what it may then do, as JSON.
'use strict'

const { readdirSync, readFileSync } = require('node:fs')
const { launch, finish, NAMESPACES, CLONE_NEWUSER } = require('./addon-script.cjs')

const nobody = 65534
const maps = (uid) => ({ uid: `0 ${uid} 1`, gid: `0 ${nobody} 1`, setgroups: 'deny' })
const inUserNamespace = (uid) => launch({ cloneFlags: NAMESPACES | CLONE_NEWUSER, idMaps: maps(uid) })
const refusal = (promise) => promise.then(finish, ({ syscall, code }) => ({ syscall, code }))

async function main() {
  await finish(await launch({}))
  // libc makes every thread follow, by a signal, and waits until all have.
  process.setgroups([])
  process.setgid(nobody)
  process.setuid(nobody)
  const threads = readdirSync('/proc/self/task').map((thread) => {
    const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8')
    return /^Uid:\s*(.*)$/m.exec(status)[1].replaceAll('\t', ' ')
  })
  const foreign = await refusal(inUserNamespace(0))
  const withoutUserNamespace = await refusal(launch({}))
  const exit = await finish(await inUserNamespace(nobody))
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim()
  const left = children === '' ? 0 : children.split(' ').length
  console.log(JSON.stringify({ foreign, withoutUserNamespace, exit, threads: [...new Set(threads)], left }))
}

main()
