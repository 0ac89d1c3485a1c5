// Answering for the kernel: seccomp's user notification (seccomp_unotify(2)).
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <cstring>

#include "arguments.h"
#include "environment.h"
#include "functions.h"
#include "held_fds.h"
#include "kernel.h"

namespace addon {

namespace {

constexpr uint64_t kMostMemory = 1u << 20;

uint64_t to_word(const Napi::Value& value, const char* name) {
  bool lossless = false;
  const uint64_t word = value.IsBigInt() ? value.As<Napi::BigInt>().Uint64Value(&lossless) : 0;
  if (!lossless) throw Napi::TypeError::New(value.Env(), std::string("libcontainer addon: ") + name + " must be a uint64");
  return word;
}

// The kernel has the target install the descriptor and waits for that: not for the JavaScript thread.
class AddFdJob : public Job {
 public:
  // First the listener, then what to add.
  AddFdJob(HeldFds fds, kernel::SeccompAddFd request) : fds_(std::move(fds)), request_(request) {}

  Outcome run() noexcept override {
    if (fds_.failure()) return fds_.failure();
    request_.source_fd = static_cast<uint32_t>(fds_.numbers()[1]);
    number_ = ioctl(fds_.first(), kernel::kSeccompAddFd, &request_);
    return number_ < 0 ? Outcome(failed("ioctl SECCOMP_IOCTL_NOTIF_ADDFD")) : Outcome();
  }
  Napi::Value result(Napi::Env env) override { return Napi::Number::New(env, number_); }

 private:
  HeldFds fds_;
  kernel::SeccompAddFd request_;
  int number_ = -1;
};

// A page may have to be fetched from a filesystem that the target itself serves.
class ReadMemoryJob : public Job {
 public:
  ReadMemoryJob(pid_t pid, uint64_t address, size_t length) : pid_(pid), address_(address), bytes_(length) {}

  Outcome run() noexcept override {
    const iovec local{bytes_.data(), bytes_.size()};
    const iovec remote{reinterpret_cast<void*>(address_), bytes_.size()};
    const ssize_t size = process_vm_readv(pid_, &local, 1, &remote, 1, 0);
    if (size < 0) return failed("process_vm_readv");
    bytes_.resize(static_cast<size_t>(size));
    return {};
  }
  Napi::Value result(Napi::Env env) override {
    return Napi::Buffer<uint8_t>::Copy(env, bytes_.data(), bytes_.size());
  }

 private:
  pid_t pid_;
  uint64_t address_;
  std::vector<uint8_t> bytes_;
};

}  // namespace

Napi::Value pidfd_getfd(const Napi::CallbackInfo& info) {
  const int pidfd = to_fd(info[0], "the pidfd");
  const int fd = to_fd(info[1], "fd");
  const int got = static_cast<int>(syscall(kernel::kPidfdGetfd, pidfd, fd, 0));
  return Napi::Number::New(info.Env(), checked(info.Env(), got, "pidfd_getfd"));
}

Napi::Value seccomp_is_valid(const Napi::CallbackInfo& info) {
  const int listener = to_fd(info[0], "the listener");
  uint64_t id = to_word(info[1], "id");
  return Napi::Boolean::New(info.Env(), ioctl(listener, kernel::kSeccompIdValid, &id) == 0);
}

Napi::Value seccomp_answer(const Napi::CallbackInfo& info) {
  const int listener = to_fd(info[0], "the listener");
  kernel::SeccompAnswer answer{};
  answer.id = to_word(info[1], "id");
  answer.value = static_cast<int64_t>(to_word(info[2], "value"));
  answer.error = -static_cast<int32_t>(to_unsigned(info[3], "error", 4095));
  answer.flags = static_cast<uint32_t>(to_unsigned(info[4], "flags", UINT32_MAX));
  if (ioctl(listener, kernel::kSeccompSend, &answer) == 0) return Napi::Boolean::New(info.Env(), true);
  // The caller was killed, or a signal took it out of the call; or it has an answer.
  if (errno != ENOENT && errno != EINPROGRESS) throw_failure(info.Env(), failed("ioctl SECCOMP_IOCTL_NOTIF_SEND"));
  return Napi::Boolean::New(info.Env(), false);
}

Napi::Value seccomp_add_fd(const Napi::CallbackInfo& info) {
  HeldFds fds(std::vector<int>{to_fd(info[0], "the listener"), to_fd(info[2], "fd")});
  kernel::SeccompAddFd request{};
  request.id = to_word(info[1], "id");
  request.flags = static_cast<uint32_t>(to_unsigned(info[3], "flags", UINT32_MAX));
  request.new_fd = static_cast<uint32_t>(to_unsigned(info[4], "the number", UINT32_MAX));
  request.new_fd_flags = static_cast<uint32_t>(to_unsigned(info[5], "its flags", UINT32_MAX));
  return Environment::of(info.Env())->submit(std::make_unique<AddFdJob>(std::move(fds), request));
}

Napi::Value read_memory(const Napi::CallbackInfo& info) {
  const auto pid = static_cast<pid_t>(to_unsigned(info[0], "pid", INT32_MAX));
  const uint64_t address = to_word(info[1], "address");
  const auto length = static_cast<size_t>(to_unsigned(info[2], "length", kMostMemory));
  return Environment::of(info.Env())->submit(std::make_unique<ReadMemoryJob>(pid, address, length));
}

Napi::Value send_descriptor(const Napi::CallbackInfo& info) {
  const int socket = to_fd(info[0], "the socket");
  auto text = to_bytes(info[1], "text");
  const int fd = to_fd(info[2], "fd");
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof fd)] = {};
  iovec part{text.data(), text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary;
  message.msg_controllen = sizeof ancillary;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  checked(info.Env(), static_cast<int>(sent), "sendmsg");
  if (static_cast<size_t>(sent) < text.size()) throw_failure(info.Env(), Failure{"sendmsg", EMSGSIZE, {}});
  return info.Env().Undefined();
}

Napi::Value is_hung_up(const Napi::CallbackInfo& info) {
  pollfd socket{to_fd(info[0], "the socket"), 0, 0};
  return Napi::Boolean::New(info.Env(), poll(&socket, 1, 0) > 0 && (socket.revents & (POLLHUP | POLLERR)) != 0);
}

}  // namespace addon
