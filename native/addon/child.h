// A process started almost the way vfork does it: it shares this process's memory until it executes its program.
#pragma once

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "children.h"
#include "descriptor.h"
#include "failure.h"
#include "kernel.h"
#include "raw_syscall.h"

namespace addon {

// What the child shares with the thread that starts it.
struct ChildReport {
  // What kept it from executing its program. The names are literals: it can allocate nothing.
  volatile int error = 0;
  const char* volatile syscall = nullptr;
  // For the child; start_child fills them in.
  uint64_t ignored_signals = 0;
  bool is_batch = false;
};

struct Child {
  pid_t pid = -1;
  Descriptor pidfd;
};

struct ChildKind {
  EnvironmentId owner;
  uint64_t namespaces = 0;
  int cgroup = -1;
  // pidfd of a process in whose pid namespace it is to be born.
  int pid_namespace_of = -1;
};

// clone3 on this thread, which waits until the child has executed its program or ended; one that is kept from either, by
// being stopped or frozen, is killed. `main` must be ADDON_CHILD_CODE, make only raw system calls and never return; all it
// uses must have been made ready. After a failure no child is left.
Outcome start_child(const ChildKind& kind, void (*main)(void*), void* argument, ChildReport& report, Child& child);

// ── In the child ──────────────────────────────────────────────────────────────────────────────────────────────────

[[noreturn]] ADDON_CHILD_INLINE void child_fails(ChildReport& report, const char* syscall, long result) {
  report.syscall = syscall;
  report.error = static_cast<int>(-result);
  for (;;) raw_syscall(__NR_exit_group, 127);
}

ADDON_CHILD_INLINE long child_must(ChildReport& report, const char* syscall, long result) {
  if (result < 0) child_fails(report, syscall, result);
  return result;
}

// The kernel's struct sigaction; all zero is SIG_DFL.
struct KernelSigaction {
  uint64_t words[4];
};

// A program expects every signal to be as it is by default, and an ordinary policy. CLONE_CLEAR_SIGHAND leaves ignored
// signals ignored, and Node ignores SIGPIPE.
ADDON_CHILD_INLINE void become_ordinary(ChildReport& report) {
  const KernelSigaction action{};
  for (int signal = 1; signal <= kernel::kSignals; ++signal) {
    if (((report.ignored_signals >> (signal - 1)) & 1) == 0 || signal == SIGKILL || signal == SIGSTOP) continue;
    child_must(report, "rt_sigaction",
               raw_syscall(__NR_rt_sigaction, signal, raw_pointer(&action), 0, sizeof(kernel::SignalSet)));
  }
  if (!report.is_batch) return;
  const int priority = 0;
  child_must(report, "sched_setscheduler",
             raw_syscall(__NR_sched_setscheduler, 0, SCHED_OTHER, raw_pointer(&priority)));
}

}  // namespace addon
