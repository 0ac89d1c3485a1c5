// process.exit in the middle of launches and watches: no crash, no hang.
'use strict'

const { addon, launch, NAMESPACES, CLONE_NEWUSER } = require('./addon-script.cjs')

const maps = { uid: `0 ${process.geteuid()} 1`, gid: `0 ${process.getegid()} 1`, setgroups: 'deny' }
for (let i = 0; i < 30; i++) {
  launch({ cloneFlags: NAMESPACES | CLONE_NEWUSER, idMaps: maps }).then(({ pidfd, control }) => {
    addon.watchControl(control, () => {})
    addon.watchExit(pidfd, () => process.exit(0))
  })
}
