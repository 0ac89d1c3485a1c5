// Our own default profile, as data: what ordinary programs call is allowed, everything else is not permitted. What may
// reach past namespaces and capabilities is let through only to those who have the capability for it.
import type { SeccompArg } from '../config/types.ts'
import type { ArchName } from './arch.ts'

/** A rule of the default profile and when it is part of it. All that is given has to be so. */
export interface DefaultRule {
  readonly names: readonly string[]
  /** Default: the calls are allowed. Set: they fail with this errno. */
  readonly errno?: number
  readonly args?: readonly SeccompArg[]
  /** The container has this capability. */
  readonly capability?: string
  /** The container does not have it. */
  readonly withoutCapability?: string
  /** One of the filter's architectures. */
  readonly arch?: readonly ArchName[]
  /** The kernel is at least this one. */
  readonly kernel?: readonly [major: number, minor: number]
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')
const masked = (index: number, mask: number, value: number): SeccompArg => ({
  index,
  op: 'SCMP_CMP_MASKED_EQ',
  value: mask,
  valueTwo: value,
})
const equal = (index: number, value: number): SeccompArg => ({ index, op: 'SCMP_CMP_EQ', value })

const ENOSYS = 38
const X86: readonly ArchName[] = ['x86_64', 'x86', 'x32']

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACES = 0x7e020000

const FILES = words(`
  access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
  fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr
  file_getattr file_setattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate
  ftruncate64 futimesat getcwd getdents getdents64 getxattr getxattrat inotify_add_watch inotify_init inotify_init1
  inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listmount listxattr listxattrat llistxattr _llseek
  lremovexattr lseek lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2
  pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr removexattrat
  rename renameat renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 statfs statfs64 statmount
  statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink unlinkat utimensat
  utimensat_time64 utimes vmsplice write writev fanotify_mark
`)

const WAITING = words(`
  epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
  io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit _newselect pause pipe pipe2 poll
  ppoll ppoll_time64 pselect6 pselect6_time64 signalfd signalfd4
`)

const MEMORY = words(`
  brk cachestat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2
  mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease
  remap_file_pages
`)

const PROCESSES = words(`
  capget capset execve execveat exit exit_group fork get_robust_list getcpu getegid getegid32 geteuid
  geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32
  getresuid getresuid32 getrlimit getrusage getsid gettid getuid getuid32 ioprio_get ioprio_set kill landlock_add_rule
  landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall rseq
  rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_sigtimedwait_time64 rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
  sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
  sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_tid_address setfsgid
  setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setpriority setregid setregid32 setresgid
  setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setuid setuid32 sigaltstack sigprocmask
  sigreturn sysinfo tgkill tkill ugetrlimit uname vfork wait4 waitid
`)

const LOCKS_AND_QUEUES = words(`
  futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake mq_getsetattr mq_notify mq_open mq_timedreceive
  mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop
  semtimedop semtimedop_time64 shmat shmctl shmdt shmget
`)

const SOCKETS = words(`
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send
  sendmmsg sendmsg sendto setsockopt shutdown socketpair
`)

const TIME = words(`
  adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
  clock_nanosleep clock_nanosleep_time64 getitimer getrandom gettimeofday nanosleep setitimer timer_create
  timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
  timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times
`)

/** Each with the capability that the kernel asks for, and those that there are on x86 alone. */
const PRIVILEGED: ReadonlyArray<readonly [capability: string, names: string, x86?: string]> = [
  ['CAP_BPF', 'bpf'],
  ['CAP_DAC_READ_SEARCH', 'open_by_handle_at'],
  ['CAP_PERFMON', 'perf_event_open'],
  [
    'CAP_SYS_ADMIN',
    'bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree open_tree_attr perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount2 unshare',
    'umount',
  ],
  ['CAP_SYS_BOOT', 'reboot'],
  ['CAP_SYS_CHROOT', 'chroot'],
  ['CAP_SYS_MODULE', 'delete_module finit_module init_module'],
  ['CAP_SYS_NICE', 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node'],
  ['CAP_SYS_PACCT', 'acct'],
  ['CAP_SYS_PTRACE', 'kcmp pidfd_getfd process_madvise'],
  ['CAP_SYS_RAWIO', '', 'ioperm iopl'],
  ['CAP_SYS_TIME', 'clock_settime clock_settime64 settimeofday', 'stime'],
  ['CAP_SYS_TTY_CONFIG', 'vhangup'],
  ['CAP_SYSLOG', 'syslog'],
]

/**
 * The rules in order. The rest is EPERM, and ENOSYS what is newer than all of them. What is left out on purpose, beside
 * what no program needs: io_uring, keyctl, userfaultfd, and whatever reaches other namespaces.
 */
export const DEFAULT_SECCOMP_RULES: readonly DefaultRule[] = [
  { names: [...FILES, ...WAITING, ...MEMORY, ...PROCESSES, ...LOCKS_AND_QUEUES, ...SOCKETS, ...TIME] },
  // All families but AF_ALG (38), whose kernel side is large, and AF_VSOCK (40), which no namespace keeps apart. The kernel
  // looks at 32 bits.
  {
    names: ['socket'],
    args: [
      masked(0, 0xffffffe0, 0), // 0 to 31
      masked(0, 0xfffffffc, 32), // to 35
      masked(0, 0xfffffffe, 36), // and 37
      masked(0, 0xffffffff, 39),
      masked(0, 0xffffffff, 41),
      masked(0, 0xfffffffe, 42), // and 43
      masked(0, 0xfffffffc, 44), // to 47
    ],
  },
  // It would go past the rule above: which family is asked for is behind a pointer. C libraries know the way around it.
  { names: ['socketcall'], arch: ['x86'], errno: ENOSYS },
  // PER_LINUX, PER_LINUX32, either with UNAME26, and asking: none turns address space randomisation off.
  {
    names: ['personality'],
    args: [equal(0, 0), equal(0, 0x8), equal(0, 0x20000), equal(0, 0x20008), equal(0, 0xffffffff)],
  },
  {
    names: words(
      'alarm epoll_ctl_old epoll_wait_old fadvise64_64 get_thread_area ipc select set_thread_area time uretprobe utime waitpid',
    ),
    arch: X86,
  },
  { names: ['arch_prctl'], arch: ['x86_64', 'x32'] },
  { names: ['modify_ldt'], arch: X86 },
  {
    names: ['arm_fadvise64_64', 'arm_sync_file_range', 'breakpoint', 'cacheflush', 'set_tls', 'sync_file_range2'],
    arch: ['arm', 'aarch64'],
  },
  // Before 4.8 a tracer could change a call after the filter had looked at it.
  { names: ['process_vm_readv', 'process_vm_writev', 'ptrace'], kernel: [4, 8] },
  { names: ['clone'], withoutCapability: 'CAP_SYS_ADMIN', args: [masked(0, NEW_NAMESPACES, 0)] },
  // Its flags are behind a pointer; a C library then takes clone.
  { names: ['clone3'], withoutCapability: 'CAP_SYS_ADMIN', errno: ENOSYS },
  ...PRIVILEGED.flatMap(([capability, names, x86 = '']): DefaultRule[] => [
    { names: words(names), capability },
    { names: words(x86), capability, arch: X86 },
  ]).filter(({ names }) => names.length > 0),
]
