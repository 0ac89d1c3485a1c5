// What the scripts beside it share: the addon without TypeScript.
'use strict'

const { join } = require('node:path')

const addon = require('node-gyp-build')(join(__dirname, '../..'))

const NAMESPACES = 0x20000 | 0x4000000 | 0x8000000 | 0x20000000 | 0x40000000
const CLONE_NEWUSER = 0x10000000

/** A plan without operations, or with one that waits (sync, id 50: point "", announce). */
function plan({ waits = false } = {}) {
  const op = Buffer.alloc(waits ? 8 + 9 : 0)
  if (waits) {
    op.writeUInt32LE(50, 0)
    op.writeUInt32LE(9, 4)
    op.writeUInt32LE(1, 13)
  }
  const header = Buffer.alloc(32)
  const words = [0x3150434c, addon.tableHash, 32 + op.length, waits ? 1 : 0, 0, 0, 0xffffffff, 0]
  words.forEach((word, index) => {
    header.writeUInt32LE(word, index * 4)
  })
  return Buffer.concat([header, op])
}

function launch(options) {
  return addon.launch({ cloneFlags: NAMESPACES, cgroup: -1, plan: plan(), fds: [], name: 'init', ...options })
}

/** Its exit code; closes its descriptors. */
async function finish({ pidfd, control }) {
  const exit = await new Promise((resolve) => {
    addon.watchExit(pidfd, resolve)
  })
  addon.close(pidfd)
  if (control !== undefined) addon.close(control)
  return exit.exitCode ?? -exit.signal
}

module.exports = { addon, plan, launch, finish, NAMESPACES, CLONE_NEWUSER }
