// waitid on pidfds, and what the kernel tells of processes that are not our children.
#include "exit_status.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "children.h"
#include "kernel.h"

namespace addon {

namespace {

// Not libc's waitid: it has no rusage. __WALL: until it has executed something, a child made with exit_signal 0 is
// invisible without it.
long wait_for(int pidfd, int flags, siginfo_t& info, rusage* usage) {
  info.si_pid = 0;
  long result;
  do {
    result = syscall(SYS_waitid, kernel::kWaitPidfd, pidfd, &info, WEXITED | __WALL | flags, usage);
  } while (result < 0 && errno == EINTR);
  return result;
}

long reap(int pidfd, siginfo_t& info, rusage* usage) {
  const auto lock = lock_children();
  const long result = wait_for(pidfd, WNOHANG, info, usage);
  if (result == 0 && info.si_pid != 0) forget_child(lock, info.si_pid);
  return result;
}

long peek(int pidfd, siginfo_t& info, rusage* usage) {
  {
    const auto lock = lock_children();
    const long result = wait_for(pidfd, WNOHANG | WNOWAIT, info, usage);
    if (result < 0 || info.si_pid == 0 || is_waited_for(lock, info.si_pid)) return result;
  }
  return reap(pidfd, info, usage);
}

ExitKnown ask_kernel(int pidfd, ExitStatus& status) {
  kernel::PidfdInfo info{};
  const auto ask = [&] {
    info.mask = kernel::kPidfdInfoExit;
    return ioctl(pidfd, kernel::kPidfdGetInfo, &info) == 0;
  };
  // ESRCH: reaped after the kernel looked whether it was (fs/pidfs.c, pidfd_info). By now it knows.
  if (!ask() && (errno != ESRCH || !ask())) return ExitKnown::kNever;
  if ((info.mask & kernel::kPidfdInfoExit) == 0) return ExitKnown::kWhenReaped;
  status.signaled = WIFSIGNALED(info.exit_code);
  status.code = status.signaled ? WTERMSIG(info.exit_code) : WEXITSTATUS(info.exit_code);
  return ExitKnown::kYes;
}

}  // namespace

ExitKnown read_exit(int pidfd, ExitStatus& status, Looker looker) {
  siginfo_t info;
  const auto look = looker == Looker::kOwner ? reap : peek;
  if (look(pidfd, info, &status.usage) < 0) {
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
  wait_for(pidfd.get(), WNOWAIT, info, nullptr);
  reap(pidfd.get(), info, nullptr);
}

void kill_group_and_reap(pid_t leader, Descriptor pidfd) noexcept {
  // The leader is not reaped yet: the number is its own. It may not lead a group yet, or be in its own session by now.
  const bool has_group = kill(-leader, SIGKILL) == 0;
  kill_and_reap(std::move(pidfd));
  while (has_group && (waitpid(-leader, nullptr, __WALL) > 0 || errno == EINTR)) continue;
}

}  // namespace addon
