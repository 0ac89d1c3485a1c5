// Single system calls that do not block.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "arguments.h"
#include "children.h"
#include "descriptor.h"
#include "environment.h"
#include "functions.h"
#include "kernel.h"

namespace addon {

namespace {

Napi::Value number(Napi::Env env, int value) {
  return Napi::Number::New(env, value);
}

}  // namespace

Napi::Value disown(const Napi::CallbackInfo& info) {
  forget_child(lock_children(), to_fd(info[0], "pid"));
  return info.Env().Undefined();
}

Napi::Value pidfd_open(const Napi::CallbackInfo& info) {
  const int pid = to_fd(info[0], "pid");
  return number(info.Env(), checked(info.Env(), static_cast<int>(syscall(kernel::kPidfdOpen, pid, 0)), "pidfd_open"));
}

Napi::Value pidfd_send_signal(const Napi::CallbackInfo& info) {
  const int pidfd = to_fd(info[0], "the pidfd");
  const int signal = static_cast<int>(to_unsigned(info[1], "signal", kernel::kSignals));
  checked(info.Env(), static_cast<int>(syscall(kernel::kPidfdSendSignal, pidfd, signal, nullptr, 0)),
          "pidfd_send_signal");
  return info.Env().Undefined();
}

Napi::Value make_pipe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  int ends[2];
  checked(env, pipe2(ends, O_CLOEXEC), "pipe2");
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, number(env, ends[0]));
  pair.Set(1u, number(env, ends[1]));
  return pair;
}

Napi::Value duplicate(const Napi::CallbackInfo& info) {
  const int copy = fcntl(to_fd(info[0], "fd"), F_DUPFD_CLOEXEC, 3);
  return number(info.Env(), checked(info.Env(), copy, "fcntl F_DUPFD_CLOEXEC"));
}

Napi::Value open_path(const Napi::CallbackInfo& info) {
  const std::string path = to_text(info[0], "path");
  const int flags = static_cast<int>(to_unsigned(info[1], "flags", INT32_MAX));
  const int fd = open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0600);
  return number(info.Env(), checked(info.Env(), fd, "open", path));
}

Napi::Value connect_socket(const Napi::CallbackInfo& info) {
  const std::string path = to_text(info[0], "path");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw_failure(info.Env(), Failure{"connect", ENAMETOOLONG, path});
  memcpy(address.sun_path, path.c_str(), path.size());
  // Not blocking: a listener with a full queue would hold up the event loop.
  Descriptor fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  checked(info.Env(), fd.get(), "socket");
  checked(info.Env(), connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect", path);
  return number(info.Env(), fd.release());
}

Napi::Value close_fd(const Napi::CallbackInfo& info) {
  const int fd = to_fd(info[0], "fd");
  Environment::of(info.Env())->belongings().remove(fd);
  const int result = close(fd);
  // Linux has closed it all the same; nobody could do better by trying again.
  if (result < 0 && errno != EINTR) throw_failure(info.Env(), failed("close"));
  return info.Env().Undefined();
}

Napi::Value namespace_type(const Napi::CallbackInfo& info) {
  const int type = ioctl(to_fd(info[0], "the namespace"), kernel::kNsGetNstype);
  return number(info.Env(), checked(info.Env(), type, "ioctl NS_GET_NSTYPE"));
}

Napi::Value capabilities(const Napi::CallbackInfo& info) {
  kernel::CapHeader header{kernel::kCapabilityVersion3, 0};
  kernel::CapData data[2];
  checked(info.Env(), static_cast<int>(syscall(SYS_capget, &header, data)), "capget");
  const uint64_t effective = static_cast<uint64_t>(data[1].effective) << 32 | data[0].effective;
  return Napi::BigInt::New(info.Env(), effective);
}

}  // namespace addon
