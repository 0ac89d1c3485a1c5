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
    // Time for a thread of the addon to stumble over code that is not there any more.
    await new Promise((resolve) => {
      setTimeout(resolve, 100)
    })
  }
  console.log(JSON.stringify(exits))
}

async function work() {
  const { launch, finish, NAMESPACES, CLONE_NEWUSER } = require('./addon-script.cjs')
  const maps = { uid: `0 ${process.geteuid()} 1`, gid: `0 ${process.getegid()} 1`, setgroups: 'deny' }
  parentPort.postMessage(await finish(await launch({ cloneFlags: NAMESPACES | CLONE_NEWUSER, idMaps: maps })))
}

if (isMainThread) main()
else work()
