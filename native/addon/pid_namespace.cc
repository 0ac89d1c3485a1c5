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

}  // namespace

Outcome enter_pid_namespace(int pidfd) {
  if (syscall(SYS_setns, pidfd, kernel::kCloneNewPid) < 0) return failed("setns", "pid");
  is_away = true;
  return {};
}

Outcome leave_pid_namespace() {
  if (!is_away) return {};
  const Descriptor self(static_cast<int>(syscall(kernel::kPidfdOpen, getpid(), 0)));
  if (!self) return failed("pidfd_open");
  if (syscall(SYS_setns, self.get(), kernel::kCloneNewPid) < 0) return failed("setns", "own pid");
  is_away = false;
  return {};
}

}  // namespace addon
