// clone3 with CLONE_VM: nothing of Node's memory is copied, so the cost does not grow with its heap.
#include "child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <cstring>
#include <ctime>

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

// What the child does until it executes its program takes microseconds.
constexpr int kLooks = 100;
constexpr timespec kBetweenLooks{0, 100'000'000};

// Whether a signal has stopped it: its state, behind a name that may hold anything (proc_pid_stat(5)).
bool is_stopped(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char text[256];
  const ssize_t size = file ? read(file.get(), text, sizeof text - 1) : -1;
  if (size < 0) return false;
  text[size] = '\0';
  const char* name_end = strrchr(text, ')');
  return name_end != nullptr && strncmp(name_end, ") T", 3) == 0;
}

// CLONE_VFORK would wait as well, and never give up: a process in the container that the child is born into could keep
// this thread for ever, with SIGSTOP or by freezing their cgroup. `borrows` is zeroed by the kernel when the child lets go
// of our memory, having executed its program or ended.
Outcome wait_for_release(uint32_t& borrows, Child& child) {
  for (int look = 0; __atomic_load_n(&borrows, __ATOMIC_ACQUIRE) != 0; ++look) {
    const long result = syscall(SYS_futex, &borrows, kernel::kFutexWait, 1, &kBetweenLooks, nullptr, 0);
    if (result == 0 || errno != ETIMEDOUT) continue;
    if (look < kLooks && !is_stopped(child.pid)) continue;
    kill_and_reap(std::move(child.pidfd));
    return Failure{"execveat", ETIMEDOUT, {}};
  }
  return {};
}

}  // namespace

Outcome start_child(const ChildKind& kind, void (*main)(void*), void* argument, ChildReport& report, Child& child) {
  void* stack = thread_stack();
  if (stack == nullptr) return failed("mmap");
  if (auto failure = leave_pid_namespace()) return failure;
  int pidfd = -1;
  kernel::CloneArgs args{};
  uint32_t borrows = 1;
  args.flags = kind.namespaces | kernel::kCloneVm | kernel::kCloneChildClearTid | kernel::kClonePidfd |
               kernel::kCloneClearSighand;
  args.child_tid = reinterpret_cast<uint64_t>(&borrows);
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
  if (auto failure = wait_for_release(borrows, child)) return failure;
  if (report.error == 0) return {};
  kill_and_reap(std::move(child.pidfd));
  return Failure{report.syscall, report.error, {}};
}

}  // namespace addon
