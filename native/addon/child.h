// A process started the way vfork does it: it shares this process's memory until it executes its program.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>

#include "children.h"
#include "descriptor.h"
#include "failure.h"
#include "raw_syscall.h"

namespace addon {

// Where the child leaves what kept it from executing its program. The names are literals: it can allocate nothing.
struct ChildReport {
  volatile int error = 0;
  const char* volatile syscall = nullptr;
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

// clone3 on this thread, which waits until the child has executed its program or ended. `main` must be
// ADDON_CHILD_CODE, make only raw system calls and never return; all it uses must have been made ready. After a failure
// no child is left.
Outcome start_child(const ChildKind& kind, void (*main)(void*), void* argument, const ChildReport& report,
                    Child& child);

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

}  // namespace addon
