// What of this machine is in a sandbox whose root is 'host'. Pure; sandbox/view.ts looks what there is of it.
import type { Mount } from '../index.ts'

/** Programs and libraries. Where one is a symbolic link, as since /usr is merged, it is one inside. */
export const PROGRAMS = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store']

/**
 * What programs look for in /etc and everybody may know. Never the whole: it has keys and passwords of services, which
 * whoever runs this may be able to read.
 */
export const SETTINGS = [
  ...['alternatives', 'ca-certificates', 'ca-certificates.conf', 'crypto-policies', 'debian_version', 'ethertypes'],
  ...[
    'fonts',
    'gai.conf',
    'group',
    'host.conf',
    'inputrc',
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'locale.alias',
  ],
  ...['locale.conf', 'localtime', 'magic', 'mime.types', 'nsswitch.conf', 'os-release', 'passwd', 'pki/ca-trust'],
  ...[
    'pki/tls/certs',
    'protocols',
    'rpc',
    'services',
    'shells',
    'ssl/certs',
    'ssl/openssl.cnf',
    'terminfo',
    'timezone',
  ],
].map((name) => `/etc/${name}`)

/** Where others are on the machine’s network, for a sandbox that is on it. */
export const NETWORK_SETTINGS = ['/etc/hosts', '/etc/resolv.conf']

/** Made anew, empty. */
export const DIRECTORIES: Readonly<Record<string, number>> = {
  '/etc': 0o755,
  '/home': 0o755,
  '/root': 0o700,
  '/run': 0o755,
  '/tmp': 0o1777,
  '/var': 0o755,
  '/var/tmp': 0o1777,
}

/** Read-only with all that is mounted below: nothing on it can be changed, or gives rights. */
export const shown = (path: string): Mount => ({
  destination: path,
  type: 'bind',
  source: path,
  options: ['rbind', 'rro', 'rnosuid', 'rnodev'],
})
