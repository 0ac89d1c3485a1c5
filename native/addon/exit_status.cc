// waitid on pidfds, and what the kernel tells of processes that are not our children.
#include "exit_status.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "kernel.h"

namespace addon {

namespace {

// Not libc's waitid: it has no rusage. __WALL: until it has executed something, a child made with exit_signal 0 is
// invisible without it.
int wait_for(int pidfd, int flags, siginfo_t& info, rusage* usage) {
  info.si_pid = 0;
  long result;
  do {
    result = syscall(SYS_waitid, kernel::kWaitPidfd, pidfd, &info, WEXITED | __WALL | flags, usage);
  } while (result < 0 && errno == EINTR);
  return static_cast<int>(result);
}

ExitKnown ask_kernel(int pidfd, ExitStatus& status) {
  kernel::PidfdInfo info{};
  info.mask = kernel::kPidfdInfoExit;
  if (ioctl(pidfd, kernel::kPidfdGetInfo, &info) < 0) return ExitKnown::kNever;
  if ((info.mask & kernel::kPidfdInfoExit) == 0) return ExitKnown::kWhenReaped;
  status.signaled = WIFSIGNALED(info.exit_code);
  status.code = status.signaled ? WTERMSIG(info.exit_code) : WEXITSTATUS(info.exit_code);
  return ExitKnown::kYes;
}

}  // namespace

ExitKnown read_exit(int pidfd, ExitStatus& status) {
  siginfo_t info;
  if (wait_for(pidfd, WNOHANG, info, &status.usage) < 0) {
    return errno == ECHILD ? ask_kernel(pidfd, status) : ExitKnown::kNever;
  }
  if (info.si_pid == 0) return ExitKnown::kNotYetOurs;
  status.has_usage = true;
  status.signaled = info.si_code != CLD_EXITED;
  status.code = info.si_status;
  return ExitKnown::kYes;
}

void kill_and_reap(Descriptor pidfd) noexcept {
  siginfo_t info;
  syscall(kernel::kPidfdSendSignal, pidfd.get(), SIGKILL, nullptr, 0);
  wait_for(pidfd.get(), 0, info, nullptr);
}

}  // namespace addon
