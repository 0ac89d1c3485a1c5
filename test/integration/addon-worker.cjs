// What the workers of addon-worker.test.ts do.
'use strict'

const { parentPort, workerData } = require('node:worker_threads')
const { addon, launch, finish, plan, NAMESPACES, CLONE_NEWUSER } = require('./addon-script.cjs')

const uid = process.geteuid()
const options =
  uid === 0
    ? {}
    : {
        cloneFlags: NAMESPACES | CLONE_NEWUSER,
        idMaps: { uid: `0 ${uid} 1`, gid: `0 ${process.getegid()} 1`, setgroups: 'deny' },
      }

const tasks = {
  async run() {
    const runs = Array.from({ length: 20 }, async () => finish(await launch(options)))
    parentPort.postMessage(await Promise.all(runs))
  },
  async 'launch-for-ever'() {
    parentPort.postMessage('started')
    const one = async () => {
      for (;;) await finish(await launch(options))
    }
    for (let i = 0; i < 12; i++) one()
  },
  async 'leave-waiting'() {
    for (let i = 0; i < 5; i++) {
      const init = await launch({ ...options, plan: plan({ waits: true }) })
      // Watched or not, both must go.
      if (i % 2 === 0) addon.watchExit(init.pidfd, () => {})
      if (i % 2 === 0) addon.watchControl(init.control, () => {})
    }
    parentPort.postMessage('waiting')
    setInterval(() => {}, 1000)
  },
  async 'leave-running'() {
    await addon.spawn({ path: '/bin/sleep', args: ['sleep', '0.7'], env: [], fds: [-1, -1, -1] })
    parentPort.postMessage('running')
    setInterval(() => {}, 1000)
  },
}

tasks[workerData.task]()
