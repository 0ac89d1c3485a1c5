// One build at a time in one folder: two makes that write the same objects produce neither result.
'use strict'

const { closeSync, openSync, readFileSync, unlinkSync, writeSync } = require('node:fs')
const { join } = require('node:path')

function withBuildLock(root, build) {
  const path = join(root, '.build.lock')
  take(path)
  try {
    return build()
  } finally {
    unlinkSync(path)
  }
}

function take(path) {
  for (let told = false; ; ) {
    try {
      const fd = openSync(path, 'wx')
      writeSync(fd, String(process.pid))
      closeSync(fd)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = readHolder(path)
    if (holder === undefined) continue
    if (!isAlive(holder)) {
      unlinkSync(path)
      continue
    }
    if (!told) console.error(`libcontainer: waiting for the build of process ${holder}`)
    told = true
    pause(200)
  }
}

/** undefined when the holder has just let go. An empty file is a holder between open and write. */
function readHolder(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || process.pid
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

module.exports = { withBuildLock }
