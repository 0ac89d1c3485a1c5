// Node unloads an addon with the last environment that has it; the addon's threads must survive that.
'use strict'

const { once } = require('node:events')
const { isMainThread, parentPort, Worker } = require('node:worker_threads')

async function main() {
  const exits = []
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(__filename)
    exits.push((await once(worker, 'message'))[0])
    await once(worker, 'exit')
  }
  // By now the last sleep has ended, and a thread of the addon has been told.
  await new Promise((resolve) => {
    setTimeout(resolve, 500)
  })
  console.log(JSON.stringify(exits))
}

async function work() {
  const { addon, launch, finish, NAMESPACES, CLONE_NEWUSER } = require('./addon-script.cjs')
  const maps = { uid: `0 ${process.geteuid()} 1`, gid: `0 ${process.getegid()} 1`, setgroups: 'deny' }
  await addon.spawn({ path: '/bin/sleep', args: ['sleep', '0.3'], env: [], fds: [] })
  parentPort.postMessage(await finish(await launch({ cloneFlags: NAMESPACES | CLONE_NEWUSER, idMaps: maps })))
}

if (isMainThread) main()
else work()
