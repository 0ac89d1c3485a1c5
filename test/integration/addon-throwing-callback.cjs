// Callbacks that throw: the program's uncaughtException handler must hear of it, and the next callback still come.
'use strict'

const { addon, launch } = require('./addon-script.cjs')

const caught = []
process.on('uncaughtException', (error) => {
  caught.push(error.message)
  if (caught.length === 2) console.log(JSON.stringify({ caught: caught.sort() }))
})

async function main() {
  const flags = process.geteuid() === 0 ? 0x20000 : 0x10000000
  const { pidfd, control } = await launch({ cloneFlags: flags })
  addon.watchExit(pidfd, () => {
    throw new Error('from exit')
  })
  addon.watchControl(control, () => {
    throw new Error('from frame')
  })
}

main()
