// Launches under vm.memfd_noexec=2, which belongs to the pid namespace this runs in: prints the refusal.
'use strict'

const { writeFileSync } = require('node:fs')
const { launch, finish } = require('./addon-script.cjs')

writeFileSync('/proc/sys/vm/memfd_noexec', '2')
launch({}).then(finish, ({ syscall, code, path }) => console.log(JSON.stringify({ syscall, code, path })))
