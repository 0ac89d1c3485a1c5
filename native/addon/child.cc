// clone3 with CLONE_VM and CLONE_VFORK: nothing of Node's memory is copied, so the cost does not grow with its heap.
#include "child.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "exit_status.h"
#include "ignored_signals.h"
#include "kernel.h"
#include "pid_namespace.h"
#include "scheduling.h"
#include "signals.h"

extern "C" long addon_clone3(addon::kernel::CloneArgs* args, size_t size, void (*entry)(void*), void* argument);

namespace addon {

namespace {

constexpr size_t kStackSize = 64u << 10;
constexpr size_t kGuardSize = 64u << 10;  // a page, however large pages are

// The child's stack, kept for the thread's next one; the thread lives as long as the process.
void* thread_stack() {
  static thread_local void* stack = nullptr;
  if (stack != nullptr) return stack;
  void* memory = mmap(nullptr, kGuardSize + kStackSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  void* usable = static_cast<char*>(memory) + kGuardSize;
  if (mprotect(usable, kStackSize, PROT_READ | PROT_WRITE) < 0) {
    munmap(memory, kGuardSize + kStackSize);
    return nullptr;
  }
  return stack = usable;
}

}  // namespace

Outcome start_child(const ChildKind& kind, void (*main)(void*), void* argument, ChildReport& report, Child& child) {
  void* stack = thread_stack();
  if (stack == nullptr) return failed("mmap");
  if (auto failure = leave_pid_namespace()) return failure;
  int pidfd = -1;
  kernel::CloneArgs args{};
  args.flags =
      kind.namespaces | kernel::kCloneVm | kernel::kCloneVfork | kernel::kClonePidfd | kernel::kCloneClearSighand;
  args.pidfd = reinterpret_cast<uint64_t>(&pidfd);
  args.stack = reinterpret_cast<uint64_t>(stack);
  args.stack_size = kStackSize;
  if (kind.cgroup >= 0) {
    args.flags |= kernel::kCloneIntoCgroup;
    args.cgroup = static_cast<uint64_t>(kind.cgroup);
  }
  // exit_signal stays 0: libuv need not wake up for a child that is none of its own.

  if (kind.pid_namespace_of >= 0) {
    if (auto failure = enter_pid_namespace(kind.pid_namespace_of)) return failure;
  }
  report.ignored_signals = ignored_signals();
  report.is_batch = yields_to_waker;
  long pid;
  {
    // A handler of the program, run in the child, would work on the program's memory. That goes for libc's own too.
    const BlockedSignals blocked(kAllSignals);
    pid = addon_clone3(&args, sizeof args, main, argument);
  }
  // Should it fail, the next child of this thread is refused for it.
  leave_pid_namespace();
  if (pid < 0) return Failure{"clone3", static_cast<int>(-pid), {}};
  note_child(static_cast<pid_t>(pid), kind.owner);
  child.pid = static_cast<pid_t>(pid);
  child.pidfd = Descriptor(pidfd);
  if (report.error == 0) return {};
  kill_and_reap(std::move(child.pidfd));
  return Failure{report.syscall, report.error, {}};
}

}  // namespace addon
