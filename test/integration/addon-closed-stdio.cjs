// Launches and spawns with 0 and 2 closed, so that the kernel gives those numbers to the addon's own descriptors.
'use strict'

const { closeSync } = require('node:fs')
const { addon, launch, finish } = require('./addon-script.cjs')

async function main() {
  closeSync(0)
  closeSync(2)
  const exits = [await finish(await launch(JSON.parse(process.argv[2])))]
  exits.push(await finish(await addon.spawn({ path: '/bin/true', args: ['true'], env: [], fds: [-1, 1, -1] })))
  console.log(JSON.stringify({ exits }))
}

main()
