// setns(2) with CLONE_NEWPID: it changes nothing of the calling thread, and nothing for the others, but where its next
// children are born.
#include "pid_namespace.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "descriptor.h"
#include "kernel.h"

namespace addon {

namespace {

thread_local bool is_away = false;
thread_local bool may_return = false;

Outcome join_own() {
  const Descriptor self(static_cast<int>(syscall(kernel::kPidfdOpen, getpid(), 0)));
  if (!self) return failed("pidfd_open");
  if (syscall(SYS_setns, self.get(), kernel::kCloneNewPid) < 0) return failed("setns", "own pid");
  return {};
}

}  // namespace

Outcome enter_pid_namespace(int pidfd) {
  // Root of a user namespace that shares the pid namespace of the host may go, but not come back: every later child of
  // this thread would be born over there.
  if (!may_return) {
    if (auto failure = join_own()) return failure;
    may_return = true;
  }
  if (syscall(SYS_setns, pidfd, kernel::kCloneNewPid) < 0) return failed("setns", "pid");
  is_away = true;
  return {};
}

Outcome leave_pid_namespace() {
  if (!is_away) return {};
  if (auto failure = join_own()) return failure;
  is_away = false;
  return {};
}

}  // namespace addon
