// Nothing but a watch keeps this program alive; then an abandoned watch must not.
'use strict'

const { addon, launch, plan } = require('./addon-script.cjs')

async function main() {
  const args = ['sh', '-c', 'sleep 0.3; exit 4']
  const { pidfd } = await addon.spawn({ path: '/bin/sh', args, env: [], fds: [-1, -1, -1] })
  const started = Date.now()
  addon.watchExit(pidfd, ({ exitCode }) => {
    console.log(JSON.stringify({ exitCode, watchedMs: Date.now() - started >= 200 }))
    leaveOneUnwatched()
  })
}

/** It goes on waiting; this program must end all the same, and init with it. */
async function leaveOneUnwatched() {
  const flags = process.geteuid() === 0 ? 0x20000 : 0x10000000
  const init = await launch({ cloneFlags: flags, plan: plan({ waits: true }) })
  addon.watchExit(init.pidfd, () => {})()
  addon.watchControl(init.control, () => {})()
}

main()
