// node --import tsx examples/bundle/make-config.ts CMD ARGS: prints a config.json that runs the command, for whoever calls it, root or not.
import { Config } from 'libcontainer'

const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
const args = process.argv.slice(2)
const options = { args: args.length > 0 ? args : ['sh'], hostname: 'bundle', readonlyRoot: false }
const config = Config.template(uid === 0 ? options : { ...options, rootless: true, uid, gid })
console.log(JSON.stringify(config, null, 2))
