// spawn: an ordinary program, started as launch starts init but without namespaces.
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#include "arguments.h"
#include "child.h"
#include "environment.h"
#include "exit_status.h"
#include "functions.h"
#include "held_fds.h"
#include "kernel.h"
#include "network_namespace.h"
#include "null_device.h"

namespace addon {

namespace {

struct ProgramStart {
  ChildReport report;
  const char* path;
  char* const* argv;
  char* const* envp;
  int* fds;  // the child overwrites them
  int count;
  bool session;
};

// First all above their places, or placing one could overwrite another.
ADDON_CHILD_INLINE void place_descriptors(ProgramStart& start) {
  for (int i = 0; i < start.count; ++i) {
    start.fds[i] = static_cast<int>(
        child_must(start.report, "fcntl F_DUPFD", raw_syscall(__NR_fcntl, start.fds[i], F_DUPFD_CLOEXEC, start.count)));
  }
  for (int i = 0; i < start.count; ++i) {
    child_must(start.report, "dup3", raw_syscall(__NR_dup3, start.fds[i], i, 0));
  }
  child_must(start.report, "close_range", raw_syscall(kernel::kCloseRange, start.count, ~0u, 0));
}

ADDON_CHILD_CODE void program_child(void* argument) {
  auto& start = *static_cast<ProgramStart*>(argument);
  become_ordinary(start.report);
  if (start.session) child_must(start.report, "setsid", raw_syscall(__NR_setsid));
  place_descriptors(start);
  const kernel::SignalSet none = 0;
  child_must(start.report, "rt_sigprocmask",
             raw_syscall(__NR_rt_sigprocmask, SIG_SETMASK, raw_pointer(&none), 0, sizeof none));
  child_fails(start.report, "execve",
              raw_syscall(__NR_execve, raw_pointer(start.path), raw_pointer(start.argv), raw_pointer(start.envp)));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

class SpawnJob : public Job {
 public:
  SpawnJob(std::string path, std::vector<std::string> args, std::vector<std::string> env, HeldFds fds, bool session,
           HeldFds netns)
      : path_(std::move(path)),
        args_(std::move(args)),
        env_(std::move(env)),
        fds_(std::move(fds)),
        session_(session),
        netns_(std::move(netns)) {}

  Outcome run() noexcept override {
    if (fds_.failure()) return fds_.failure();
    if (netns_.failure()) return netns_.failure();
    std::vector<int> places = fds_.numbers();
    if (auto failure = fill_in_null_device(places)) return failure;
    auto argv = pointers(args_);
    auto envp = pointers(env_);
    ProgramStart start{{}, path_.c_str(), argv.data(), envp.data(), places.data(), static_cast<int>(places.size()),
                       session_};
    const auto begin = [&] {
      return start_child({environment().id()}, program_child, &start, start.report, child_);
    };
    auto failure = netns_.first() < 0 ? begin() : in_network_namespace(netns_.first(), begin);
    if (failure && failure->syscall == "execve") failure->path = path_;
    return failure;
  }

  Napi::Value result(Napi::Env env) override {
    environment().belongings().add_pidfd(child_.pidfd.get(), child_.pid);
    Napi::Object spawned = Napi::Object::New(env);
    spawned.Set("pid", child_.pid);
    spawned.Set("pidfd", child_.pidfd.release());
    return spawned;
  }

  void abandon() noexcept override {
    if (child_.pidfd) kill_and_reap(std::move(child_.pidfd));
  }

 private:
  std::string path_;
  std::vector<std::string> args_;
  std::vector<std::string> env_;
  HeldFds fds_;
  bool session_;
  HeldFds netns_;
  Child child_;
};

}  // namespace

Napi::Value spawn(const Napi::CallbackInfo& info) {
  const Napi::Object options = to_object(info[0], "the options of spawn");
  auto path = to_text(options.Get("path"), "path");
  // The directory a relative path starts at may change before the thread gets to it.
  if (path.empty() || path[0] != '/') {
    throw Napi::TypeError::New(info.Env(), "libcontainer addon: path must be absolute, not '" + path + "'");
  }
  const Napi::Value netns = options.Get("netns");
  auto job =
      std::make_unique<SpawnJob>(std::move(path), to_texts(options.Get("args"), "args"),
                                 to_texts(options.Get("env"), "env"), HeldFds(to_fds(options.Get("fds"), "fds")),
                                 options.Get("session").ToBoolean().Value(),
                                 HeldFds(netns.IsUndefined() ? -1 : to_fd(netns, "netns")));
  return Environment::of(info.Env())->submit(std::move(job));
}

}  // namespace addon
