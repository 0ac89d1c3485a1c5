// launch: init in its namespaces and cgroup, its ids mapped, its plan sent.
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "../wire.h"
#include "arguments.h"
#include "batch.h"
#include "child.h"
#include "control.h"
#include "environment.h"
#include "exit_status.h"
#include "functions.h"
#include "held_fds.h"
#include "id_maps.h"
#include "image.h"
#include "kernel.h"

namespace addon {

namespace {

// Where init finds itself until execveat closes it.
constexpr int kImageFd = wire::kControlFd + 1;

// What init does before it forks takes microseconds. In milliseconds.
constexpr int kForkTimeout = 10'000;

struct InitStart {
  ChildReport report;
  int identity_file = -1;  // -1 for none
  uint64_t start_time = 0;
  char stat[1024];
  int control;  // above kImageFd
  int image;    // above kImageFd
  bool keep_capabilities;
  char* const* argv;
  char* const* envp;
};

// Executing a program takes the capabilities from a process whose user id is not mapped yet, unless they are ambient.
ADDON_CHILD_INLINE void raise_capabilities(ChildReport& report) {
  kernel::CapHeader header{kernel::kCapabilityVersion3, 0};
  kernel::CapData data[2];
  child_must(report, "capget", raw_syscall(__NR_capget, raw_pointer(&header), raw_pointer(data)));
  data[0].inheritable = data[0].permitted;
  data[1].inheritable = data[1].permitted;
  child_must(report, "capset", raw_syscall(__NR_capset, raw_pointer(&header), raw_pointer(data)));
  for (int capability = 0; capability < 64; ++capability) {
    if (((data[capability / 32].permitted >> (capability % 32)) & 1) == 0) continue;
    child_must(report, "prctl PR_CAP_AMBIENT_RAISE",
               raw_syscall(__NR_prctl, kernel::kPrCapAmbient, kernel::kPrCapAmbientRaise, capability));
  }
}

// One write of `PID START\n`, fields 1 and 22 of proc_pid_stat(5): who reads the file sees all of it or nothing. The
// child itself writes it, so that there is no moment in which init exists and is not known: whoever started it may be
// killed at any time.
ADDON_CHILD_INLINE void write_identity(InitStart& start) {
  ChildReport& report = start.report;
  const long file = child_must(report, "open /proc/self/stat",
                               raw_syscall(__NR_openat, AT_FDCWD, raw_pointer("/proc/self/stat"), O_RDONLY | O_CLOEXEC));
  volatile char* const text = start.stat;  // lest its loops become calls of libc
  const long size =
      child_must(report, "read /proc/self/stat", raw_syscall(__NR_read, file, raw_pointer(start.stat), sizeof start.stat));
  raw_syscall(__NR_close, file);
  // The name, field 2, may hold anything, also parentheses and blanks.
  long at = size;
  while (at > 0 && text[at - 1] != ')') --at;
  for (int field = 2; field < 22 && at < size; ++at) field += text[at] == ' ' ? 1 : 0;
  long length = 0;
  while (length < at && text[length] != ' ') ++length;
  for (++length; at < size && text[at] >= '0' && text[at] <= '9'; ++at) {
    start.start_time = start.start_time * 10 + static_cast<uint64_t>(text[at] - '0');
    text[length++] = text[at];
  }
  text[length++] = '\n';
  const long written = child_must(report, "write identity file",
                                  raw_syscall(__NR_write, start.identity_file, raw_pointer(start.stat), length));
  if (start.start_time == 0 || written != length) child_fails(report, "write identity file", -EIO);
}

// Field 22 of proc_pid_stat(5), of a child that is not reaped.
Outcome read_start_time(pid_t pid, uint64_t& start_time) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed("open", path);
  char text[1024];
  const ssize_t size = read(file.get(), text, sizeof text - 1);
  if (size < 0) return failed("read", path);
  text[size] = '\0';
  const char* field = strrchr(text, ')');
  for (int number = 2; field != nullptr && number < 22; ++number) field = strchr(field + 1, ' ');
  if (field == nullptr) return Failure{"read", EIO, path};
  start_time = strtoull(field, nullptr, 10);
  return {};
}

ADDON_CHILD_CODE void init_child(void* argument) {
  auto& start = *static_cast<InitStart*>(argument);
  ChildReport& report = start.report;
  become_ordinary(report);
  // Its number may be one of those that the next lines take.
  if (start.identity_file >= 0) write_identity(start);
  for (int fd = 0; fd <= wire::kControlFd; ++fd) {
    child_must(report, "dup3", raw_syscall(__NR_dup3, start.control, fd, 0));
  }
  child_must(report, "dup3", raw_syscall(__NR_dup3, start.image, kImageFd, O_CLOEXEC));
  child_must(report, "close_range", raw_syscall(kernel::kCloseRange, kImageFd + 1, ~0u, 0));
  if (start.keep_capabilities) raise_capabilities(report);
  child_fails(report, "execveat",
              raw_syscall(__NR_execveat, kImageFd, raw_pointer(""), raw_pointer(start.argv), raw_pointer(start.envp),
                          AT_EMPTY_PATH));
}

struct LaunchRequest {
  uint64_t namespaces;
  Batch first;
  HeldFds cgroup;
  HeldFds pid_namespace_of;
  HeldFds fds;
  int identity_file;
  std::optional<IdMaps> id_maps;
  std::optional<std::vector<uint8_t>> plan;
  std::string name;
  bool forks;
};

class LaunchJob : public Job {
 public:
  explicit LaunchJob(LaunchRequest request) : request_(std::move(request)) {}

  Outcome run() noexcept override {
    if (request_.cgroup.failure()) return request_.cgroup.failure();
    if (request_.pid_namespace_of.failure()) return request_.pid_namespace_of.failure();
    if (request_.fds.failure()) return request_.fds.failure();
    if (auto failure = request_.first.run()) return failure;
    auto failure = start_init();
    if (failure) abandon();
    return failure;
  }

  Napi::Value result(Napi::Env env) override {
    environment().belongings().add_pidfd(child_.pidfd.get(), child_.pid);
    environment().belongings().add_socket(control_.get());
    Napi::Object launched = Napi::Object::New(env);
    launched.Set("pid", child_.pid);
    launched.Set("pidfd", child_.pidfd.release());
    launched.Set("control", control_.release());
    launched.Set("startTime", static_cast<double>(start_time_));
    launched.Set("results", request_.first.results(env));
    if (request_.forks) launched.Set("frames", frames(env));
    return launched;
  }

  void abandon() noexcept override {
    control_.reset();
    if (child_.pidfd && request_.forks) {
      kill_group_and_reap(child_.pid, std::move(child_.pidfd));
    } else if (child_.pidfd) {
      kill_and_reap(std::move(child_.pidfd));
    }
    request_.first.abandon();
  }

 private:
  Outcome start_init() {
    Descriptor theirs;
    if (auto failure = make_socket(theirs)) return failure;
    // It waits in the socket, so that init need not. With maps it comes after them: by it init knows that they are there.
    // Those of a child of its are there when that may go on.
    const bool mapped = request_.id_maps && !request_.forks;
    if (!mapped) {
      if (auto failure = send_plan()) return failure;
    }
    if (auto failure = start(theirs)) return failure;
    theirs.reset();  // or we would not see its end
    if (mapped) {
      if (auto failure = write_id_maps(child_.pid, *request_.id_maps)) return failure;
      if (auto failure = send_plan()) return failure;
    }
    return request_.forks ? follow_fork() : Outcome{};
  }

  Outcome make_socket(Descriptor& theirs) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return failed("socketpair");
    control_ = Descriptor(pair[0]);
    theirs = Descriptor(pair[1]);
    if (theirs.get() > kImageFd) return {};
    // A program may have closed its standard descriptors; the child must not overwrite what it is about to copy.
    theirs = Descriptor(fcntl(pair[1], F_DUPFD_CLOEXEC, kImageFd + 1));
    if (!theirs) return failed("fcntl F_DUPFD_CLOEXEC");
    return {};
  }

  Outcome start(const Descriptor& theirs) {
    char* argv[] = {request_.name.data(), nullptr};
    char* envp[] = {nullptr};
    InitStart start{};
    if (auto failure = open_init_image(start.image)) return failure;
    start.control = theirs.get();
    start.keep_capabilities = (request_.namespaces & kernel::kCloneNewUser) != 0;
    start.argv = argv;
    start.envp = envp;
    const ChildKind kind{environment().id(), request_.namespaces, resolve(request_.cgroup).front(),
                         request_.pid_namespace_of.first()};
    start.identity_file = request_.forks ? -1 : identity_file();
    auto failure = start_child(kind, init_child, &start, start.report, child_);
    start_time_ = start.start_time;
    return failure;
  }

  Outcome send_plan() {
    return request_.plan ? deliver_plan(control_.get(), *request_.plan, resolve(request_.fds)) : Outcome{};
  }

  // Until init says who goes on in its place, or fails. All else it says is kept for JavaScript.
  Outcome follow_fork() {
    for (;;) {
      pollfd polled[] = {{control_.get(), POLLIN, 0}, {child_.pidfd.get(), POLLIN, 0}};
      const int ready = poll(polled, 2, kForkTimeout);
      if (ready < 0 && errno == EINTR) continue;
      if (ready < 0) return failed("poll");
      if (ready == 0) return Failure{"poll", ETIMEDOUT, {}};
      if (polled[0].revents == 0) return Failure{"recv", ECONNRESET, {}};
      std::vector<uint8_t> frame(wire::kMaxFrame);
      const ssize_t size = recv(control_.get(), frame.data(), frame.size(), MSG_DONTWAIT);
      if (size < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
      if (size <= 0) return {};  // JavaScript finds the end too
      frame.resize(static_cast<size_t>(size));
      wire::FrameHeader header{};
      memcpy(&header, frame.data(), std::min(sizeof header, frame.size()));
      if (header.kind == wire::kForked) return adopt(static_cast<pid_t>(header.value));
      frames_.push_back(std::move(frame));
      if (header.kind == wire::kFailed) return {};
    }
  }

  Outcome adopt(pid_t pid) {
    // Nobody else reaps it, so the number is its own.
    Descriptor pidfd(static_cast<int>(syscall(kernel::kPidfdOpen, pid, 0)));
    if (!pidfd) return failed("pidfd_open");
    note_child(pid, environment().id());
    kill_and_reap(std::move(child_.pidfd));
    child_ = Child{pid, std::move(pidfd)};
    if (auto failure = write_down()) return failure;
    if (request_.id_maps) {
      if (auto failure = write_id_maps(pid, *request_.id_maps)) return failure;
    }
    return send_proceed(control_.get());
  }

  int identity_file() const { return request_.first.resolve(request_.identity_file); }

  // As write_identity() above, for a child that cannot: its procfs need not be the host's.
  Outcome write_down() {
    const int file = identity_file();
    if (file < 0) return {};
    if (auto failure = read_start_time(child_.pid, start_time_)) return failure;
    const std::string line = std::to_string(child_.pid) + " " + std::to_string(start_time_) + "\n";
    const ssize_t written = write(file, line.data(), line.size());
    if (written >= 0 && written != static_cast<ssize_t>(line.size())) errno = EIO;
    return written == static_cast<ssize_t>(line.size()) ? Outcome{} : failed("write", "identity file");
  }

  Napi::Array frames(Napi::Env env) const {
    Napi::Array array = Napi::Array::New(env, frames_.size());
    for (uint32_t i = 0; i < frames_.size(); ++i) {
      array.Set(i, Napi::Buffer<uint8_t>::Copy(env, frames_[i].data(), frames_[i].size()));
    }
    return array;
  }

  std::vector<int> resolve(const HeldFds& held) const {
    std::vector<int> fds = held.numbers();
    for (int& fd : fds) fd = request_.first.resolve(fd);
    return fds;
  }

  LaunchRequest request_;
  Child child_;
  Descriptor control_;
  uint64_t start_time_ = 0;
  std::vector<std::vector<uint8_t>> frames_;
};

uint64_t to_namespaces(const Napi::Value& value) {
  constexpr uint64_t allowed = kernel::kCloneNewNs | kernel::kCloneNewUts | kernel::kCloneNewIpc |
                               kernel::kCloneNewUser | kernel::kCloneNewPid | kernel::kCloneNewNet;
  const uint64_t flags = to_unsigned(value, "cloneFlags", UINT32_MAX);
  if ((flags & kernel::kCloneNewCgroup) != 0) {
    throw Napi::TypeError::New(value.Env(),
                               "libcontainer addon: CLONE_NEWCGROUP cannot be among cloneFlags: a cgroup namespace is "
                               "rooted where its creator is, so init unshares it once it is in its cgroup");
  }
  if ((flags & ~allowed) != 0) {
    throw Napi::TypeError::New(value.Env(),
                               "libcontainer addon: cloneFlags may hold only CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, "
                               "CLONE_NEWUSER, CLONE_NEWPID and CLONE_NEWNET");
  }
  return flags;
}

std::optional<IdMaps> to_id_maps(const Napi::Value& value) {
  if (value.IsUndefined()) return {};
  const Napi::Object object = to_object(value, "idMaps");
  IdMaps maps{to_text(object.Get("uid"), "idMaps.uid"), to_text(object.Get("gid"), "idMaps.gid"), {}};
  const Napi::Value setgroups = object.Get("setgroups");
  if (!setgroups.IsUndefined()) maps.setgroups = to_text(setgroups, "idMaps.setgroups");
  return maps;
}

}  // namespace

Napi::Value launch(const Napi::CallbackInfo& info) {
  const Napi::Object options = to_object(info[0], "the options of launch");
  const Napi::Value first = options.Get("first");
  const Napi::Value pid_namespace_of = options.Get("pidNamespaceOf");
  const Napi::Value identity_file = options.Get("identityFile");
  LaunchRequest request{
      to_namespaces(options.Get("cloneFlags")),
      first.IsUndefined() ? Batch() : decode_batch(first),
      HeldFds(to_fd(options.Get("cgroup"), "cgroup")),
      HeldFds(pid_namespace_of.IsUndefined() ? -1 : to_fd(pid_namespace_of, "pidNamespaceOf")),
      HeldFds(to_fds(options.Get("fds"), "fds")),
      identity_file.IsUndefined() ? -1 : to_fd(identity_file, "identityFile"),
      to_id_maps(options.Get("idMaps")),
      {},
      to_text(options.Get("name"), "name"),
      options.Get("forks").ToBoolean().Value(),
  };
  const Napi::Value plan = options.Get("plan");
  if (!plan.IsUndefined()) request.plan = to_bytes(plan, "plan");
  const auto environment = Environment::of(info.Env());
  // Better no child than one that cannot be watched for want of a descriptor or thread.
  if (const auto failure = environment->watcher().prepare(*environment)) throw_failure(info.Env(), *failure);
  return environment->submit(std::make_unique<LaunchJob>(std::move(request)));
}

}  // namespace addon
