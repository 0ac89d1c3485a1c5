// The C floor: every act of the benchmark's OCI document, done straight from the vfork child with the fewest system
// calls. Runs in the parent's address space: it must not allocate, and it must leave nothing behind but its report.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "floor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

__attribute__((noreturn)) static void fail(struct floor_container* container, const char* step) {
  container->report.failed_step = step;
  container->report.failed_errno = errno;
  _exit(127);
}

#define TRY(expression, step)              \
  do {                                     \
    if ((expression) < 0) fail(c, (step)); \
  } while (0)

// Paths are relative to the rootfs, which is the working directory until pivot_root.
static const struct {
  const char *type, *target, *data;
  unsigned long flags;
  int make_directory;
} filesystems[] = {
    {"proc", "proc", 0, MS_NOSUID | MS_NOEXEC | MS_NODEV, 0},
    {"tmpfs", "dev", "mode=755,size=65536k", MS_NOSUID | MS_STRICTATIME, 0},
    {"devpts", "dev/pts", "newinstance,ptmxmode=0666,mode=0620,gid=5", MS_NOSUID | MS_NOEXEC, 1},
    {"tmpfs", "dev/shm", "mode=1777,size=65536k", MS_NOSUID | MS_NOEXEC | MS_NODEV, 1},
    {"mqueue", "dev/mqueue", 0, MS_NOSUID | MS_NOEXEC | MS_NODEV, 1},
    {"sysfs", "sys", 0, MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY, 0},
    {"cgroup2", "sys/fs/cgroup", 0, MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RELATIME | MS_RDONLY, 0},
};

static const struct {
  const char* path;
  unsigned major, minor;
} devices[] = {
    {"dev/null", 1, 3}, {"dev/zero", 1, 5},   {"dev/full", 1, 7},
    {"dev/tty", 5, 0},  {"dev/random", 1, 8}, {"dev/urandom", 1, 9},
};

static const char* const links[][2] = {
    {"/proc/self/fd", "dev/fd"},       {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
    {"/proc/self/fd/2", "dev/stderr"}, {"/proc/kcore", "dev/core"},      {"pts/ptmx", "dev/ptmx"},
};

static const char* const masked[] = {
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
};

static const char* const readonly[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

static const int kept_capabilities[] = {CAP_AUDIT_WRITE, CAP_KILL, CAP_NET_BIND_SERVICE};

static void mount_filesystems(struct floor_container* c) {
  TRY(mount(0, "/", 0, MS_REC | MS_PRIVATE, 0), "rprivate");
  TRY(mount(c->rootfs, c->rootfs, 0, MS_BIND | MS_REC, 0), "bind the rootfs");
  TRY(chdir(c->rootfs), "chdir to the rootfs");
  for (unsigned i = 0; i < COUNT(filesystems); i++) {
    if (filesystems[i].make_directory) TRY(mkdir(filesystems[i].target, 0755), filesystems[i].target);
    TRY(mount(filesystems[i].type, filesystems[i].target, filesystems[i].type, filesystems[i].flags,
              filesystems[i].data),
        filesystems[i].target);
  }
}

static void make_devices(struct floor_container* c) {
  umask(0);
  for (unsigned i = 0; i < COUNT(devices); i++)
    TRY(mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)), devices[i].path);
  for (unsigned i = 0; i < COUNT(links); i++) TRY(symlink(links[i][0], links[i][1]), links[i][1]);
  umask(022);
}

static void pivot(struct floor_container* c) {
  TRY(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  TRY(umount2(".", MNT_DETACH), "detach the old root");
  TRY(chdir("/"), "chdir to /");
  TRY(mount(0, "/", 0, MS_BIND | MS_REMOUNT | MS_RDONLY, 0), "make / read-only");
}

static void mask_paths(struct floor_container* c) {
  struct stat found;
  for (unsigned i = 0; i < COUNT(masked); i++) {
    // Binding /dev/null on a directory fails only after a mount was cloned, and undoing that waits for RCU: look first.
    if (stat(masked[i], &found) < 0) continue;
    if (S_ISDIR(found.st_mode))
      TRY(mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, "size=0k"), masked[i]);
    else
      TRY(mount("/dev/null", masked[i], 0, MS_BIND, 0), masked[i]);
  }
  for (unsigned i = 0; i < COUNT(readonly); i++) {
    if (mount(readonly[i], readonly[i], 0, MS_BIND | MS_REC, 0) < 0) {
      if (errno == ENOENT) continue;
      fail(c, readonly[i]);
    }
    TRY(mount(0, readonly[i], 0, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC | MS_NODEV, 0), readonly[i]);
  }
}

static void raise_loopback(struct floor_container* c) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  TRY(fd, "socket for lo");
  TRY(ioctl(fd, SIOCSIFFLAGS, &request), "raise lo");
  close(fd);
}

// Standard streams of the container's own, where other contestants have 'ignore'.
static void set_stdio(struct floor_container* c) {
  int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  TRY(fd, "/dev/null");
  for (int number = 0; number < 3; number++) TRY(dup2(fd, number), "dup2");
}

static int is_kept(int capability) {
  for (unsigned i = 0; i < COUNT(kept_capabilities); i++)
    if (kept_capabilities[i] == capability) return 1;
  return 0;
}

static void drop_privileges(struct floor_container* c) {
  struct rlimit files = {1024, 1024};
  uint64_t kept = 0;
  TRY(setrlimit(RLIMIT_NOFILE, &files), "RLIMIT_NOFILE");
  for (int i = 0; i <= c->last_capability; i++) {
    if (is_kept(i))
      kept |= 1ull << i;
    else
      TRY(prctl(PR_CAPBSET_DROP, i, 0, 0, 0), "drop from the bounding set");
  }
  TRY(syscall(SYS_setgroups, 0, 0), "setgroups");
  TRY(syscall(SYS_setresgid, 0, 0, 0), "setresgid");
  TRY(syscall(SYS_setresuid, 0, 0, 0), "setresuid");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  uint32_t low = (uint32_t)kept, high = (uint32_t)(kept >> 32);
  struct __user_cap_data_struct data[2] = {{low, low, 0}, {high, high, 0}};
  TRY(syscall(SYS_capset, &header, data), "capset");
  TRY(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "clear the ambient set");
  TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

void floor_child(struct floor_container* c) {
  static char* const environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm",
                                      0};
  // The namespace must be made after the move into the cgroup, else its root is the parent's cgroup.
  if (c->has_cgroup) TRY(unshare(CLONE_NEWCGROUP), "unshare the cgroup namespace");
  TRY(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0), "join a new session keyring");
  TRY(setsid(), "setsid");
  mount_filesystems(c);
  make_devices(c);
  pivot(c);
  mask_paths(c);
  TRY(sethostname("bench", 5), "sethostname");
  raise_loopback(c);
  set_stdio(c);
  drop_privileges(c);
  TRY(syscall(SYS_close_range, 3u, ~0u, 0u), "close_range");
  execve(c->argv[0], c->argv, environment);
  fail(c, "execve");
}
