// The children nobody has reaped. A worker thread may be terminated at any time; without this, what it had started
// would stay as zombies until the program ends.
#include "children.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

#include "descriptor.h"
#include "exit_status.h"
#include "kernel.h"
#include "signals.h"

namespace addon {

namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<pid_t, EnvironmentId> unreaped;
};

// Never destroyed: threads of ours use it while the process exits.
Registry& registry() {
  static Registry* const instance = new Registry;
  return *instance;
}

// Started with the first orphan, lives as long as the process.
class Reaper {
 public:
  void adopt(std::vector<Descriptor> orphans) {
    std::lock_guard lock(mutex_);
    for (auto& orphan : orphans) arrived_.push_back(std::move(orphan));
    if (!wake_) start();
    const uint64_t one = 1;
    // A full counter wakes as well.
    if (wake_ && write(wake_.get(), &one, sizeof one) < 0 && errno != EAGAIN) return;
  }

 private:
  void start() {
    Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake) return;
    try {
      const BlockedSignals blocked;
      std::thread([this, fd = wake.get()] { loop(fd); }).detach();
      wake_ = std::move(wake);
    } catch (const std::system_error&) {
      // No thread to be had: the next environment that ends tries again.
    }
  }

  [[noreturn]] void loop(int wake) {
    std::vector<Descriptor> orphans;
    std::vector<pollfd> polled;
    for (;;) {
      polled.assign(1, pollfd{wake, POLLIN, 0});
      for (const auto& orphan : orphans) polled.push_back(pollfd{orphan.get(), POLLIN, 0});
      poll(polled.data(), polled.size(), -1);
      uint64_t count;
      while (read(wake, &count, sizeof count) > 0) continue;
      std::erase_if(orphans, [](const Descriptor& orphan) { return has_ended(orphan.get()); });
      std::lock_guard lock(mutex_);
      for (auto& orphan : arrived_) orphans.push_back(std::move(orphan));
      arrived_.clear();
    }
  }

  static bool has_ended(int pidfd) {
    pollfd one{pidfd, POLLIN, 0};
    ExitStatus status;
    return poll(&one, 1, 0) != 0 && read_exit(pidfd, status) != ExitKnown::kNotYetOurs;
  }

  std::mutex mutex_;
  Descriptor wake_;
  std::vector<Descriptor> arrived_;
};

std::vector<pid_t> take_children(EnvironmentId environment) {
  const auto lock = lock_children();
  std::vector<pid_t> pids;
  for (const auto& [pid, owner] : registry().unreaped) {
    if (owner == environment) pids.push_back(pid);
  }
  for (const pid_t pid : pids) registry().unreaped.erase(pid);
  return pids;
}

}  // namespace

std::unique_lock<std::mutex> lock_children() {
  return std::unique_lock(registry().mutex);
}

void note_child(pid_t pid, EnvironmentId environment) {
  const auto lock = lock_children();
  registry().unreaped[pid] = environment;
}

void forget_child(const std::unique_lock<std::mutex>&, pid_t pid) {
  registry().unreaped.erase(pid);
}

bool is_waited_for(const std::unique_lock<std::mutex>&, pid_t pid) {
  return registry().unreaped.contains(pid);
}

void adopt_children(EnvironmentId environment) {
  static Reaper* const reaper = new Reaper;
  std::vector<Descriptor> orphans;
  for (const pid_t pid : take_children(environment)) {
    // Nobody has reaped it, so the number is still its own.
    Descriptor pidfd(static_cast<int>(syscall(kernel::kPidfdOpen, pid, 0)));
    if (pidfd) orphans.push_back(std::move(pidfd));
  }
  if (!orphans.empty()) reaper->adopt(std::move(orphans));
}

}  // namespace addon
