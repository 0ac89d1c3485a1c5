// Which system calls this machine lets us make, found out by calls that cannot do anything.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "functions.h"
#include "kernel.h"

namespace addon {

namespace {

struct Probe {
  const char* name;
  long number;
  long arguments[5];
  // The kernel looks at the capability before the arguments: EPERM then says nothing of a container's own user
  // namespace.
  bool asks_first = false;
};

// An invalid descriptor, pointer or flag in each: the call is refused with another error than a filter would give.
constexpr long kBad = -1;
constexpr Probe kProbes[] = {
    {"clone3", kernel::kClone3, {0, 0}},
    {"execveat", SYS_execveat, {kBad, 0, 0, 0, kBad}},
    {"close_range", kernel::kCloseRange, {1, 0, 0}},
    {"pidfd_open", kernel::kPidfdOpen, {0, kBad}},
    {"pidfd_send_signal", kernel::kPidfdSendSignal, {kBad, 0, 0, 0}},
    {"waitid", SYS_waitid, {kBad, 0, 0, 0, 0}},
    {"memfd_create", SYS_memfd_create, {0, kBad}},
    {"openat2", kernel::kOpenat2, {kBad, 0, 0, 0}},
    {"fsopen", kernel::kFsopen, {0, kBad}, true},
    {"fsconfig", kernel::kFsconfig, {kBad, kBad, 0, 0, 0}},
    {"fsmount", kernel::kFsmount, {kBad, kBad, 0}, true},
    {"open_tree", kernel::kOpenTree, {kBad, 0, kBad}},
    {"move_mount", kernel::kMoveMount, {kBad, 0, kBad, 0, kBad}, true},
    {"mount_setattr", kernel::kMountSetattr, {kBad, 0, kBad, 0, 0}},
    {"open_tree_attr", kernel::kOpenTreeAttr, {kBad, 0, kBad, 0, 0}},
    {"pivot_root", SYS_pivot_root, {0, 0}, true},
    {"umount2", SYS_umount2, {0, kBad}},
    {"setns", SYS_setns, {kBad, 0}},
    {"unshare", SYS_unshare, {kBad}},
    {"sethostname", SYS_sethostname, {0, kBad}, true},
    {"setdomainname", SYS_setdomainname, {0, kBad}, true},
    {"fchmodat2", kernel::kFchmodat2, {kBad, 0, 0, kBad}},
    {"mknodat", SYS_mknodat, {kBad, 0, 0, 0}},
    {"prlimit64", SYS_prlimit64, {0, kBad, 0, 0}},
    {"capset", SYS_capset, {0, 0}},
    {"seccomp", SYS_seccomp, {kBad, kBad, 0}},
    {"bpf", SYS_bpf, {kBad, 0, 0}, true},
    {"keyctl", SYS_keyctl, {kBad, 0, 0, 0, 0}},
};

bool may_administer() {
  kernel::CapHeader header{kernel::kCapabilityVersion3, 0};
  kernel::CapData data[2]{};
  constexpr uint32_t sys_admin = 1u << 21;
  return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & sys_admin) != 0;
}

int refusal(const Probe& probe, bool privileged) {
  const long* a = probe.arguments;
  if (syscall(probe.number, a[0], a[1], a[2], a[3], a[4]) >= 0) return 0;
  if (errno == ENOSYS) return ENOSYS;
  return errno == EPERM && (privileged || !probe.asks_first) ? EPERM : 0;
}

// With no program to load the kernel gets as far as finding that there is none, unless it does not know the flag.
bool knows_seccomp_flag(unsigned flag) {
  constexpr unsigned set_mode_filter = 1, new_listener = 8, wait_killable_recv = 32;
  const unsigned flags = flag == wait_killable_recv ? flag | new_listener : flag;
  return syscall(SYS_seccomp, set_mode_filter, flags, nullptr) < 0 && errno == EFAULT;
}

}  // namespace

Napi::Value seccomp_flags(const Napi::CallbackInfo& info) {
  unsigned known = 0;
  for (unsigned flag = 1; flag <= 32; flag <<= 1) {
    if (knows_seccomp_flag(flag)) known |= flag;
  }
  return Napi::Number::New(info.Env(), known);
}

Napi::Value probe_syscalls(const Napi::CallbackInfo& info) {
  const bool privileged = may_administer();
  Napi::Object answers = Napi::Object::New(info.Env());
  for (const Probe& probe : kProbes) answers.Set(probe.name, refusal(probe, privileged));
  return answers;
}

}  // namespace addon
