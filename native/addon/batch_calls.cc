// The calls of a batch: how each is read from JavaScript and carried out.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "arguments.h"
#include "batch.h"
#include "kernel.h"

namespace addon {

namespace {

using Object = Napi::Object;

constexpr uint64_t kDefaultLimit = 1u << 20;
constexpr uint64_t kMostLimit = 64u << 20;

uint64_t word(const Object& object, const char* name) {
  return to_unsigned(object.Get(name), name, UINT32_MAX);
}

void parse_at(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("dir"), "dir");
  call.path = to_text(object.Get("path"), "path");
}

void parse_at_mode(const Object& object, BatchCall& call) {
  parse_at(object, call);
  call.numbers[0] = word(object, "mode");
}

long run_mkdirat(const BatchCall& call, BatchResult&) {
  return mkdirat(call.fd, call.path.c_str(), static_cast<mode_t>(call.numbers[0]));
}

long run_mkfifoat(const BatchCall& call, BatchResult&) {
  // libc's wrapper needs glibc 2.33.
  return syscall(SYS_mknodat, call.fd, call.path.c_str(), S_IFIFO | (call.numbers[0] & 07777), 0);
}

void parse_openat2(const Object& object, BatchCall& call) {
  parse_at(object, call);
  call.numbers[0] = word(object, "flags");
  call.numbers[1] = word(object, "mode");
  call.numbers[2] = word(object, "resolve");
}

long run_openat2(const BatchCall& call, BatchResult& result) {
  kernel::OpenHow how{call.numbers[0] | O_CLOEXEC, call.numbers[1], call.numbers[2]};
  result.is_descriptor = true;
  // EAGAIN: something was renamed while a path was resolved in a scope; openat2(2) asks to try again.
  for (int attempts = 0;; ++attempts) {
    const long fd = syscall(kernel::kOpenat2, call.fd, call.path.c_str(), &how, sizeof how);
    if (fd >= 0 || (errno != EINTR && errno != EAGAIN) || attempts == 128) return fd;
  }
}

void parse_write(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("fd"), "fd");
  const Napi::Value data = object.Get("data");
  if (data.IsString()) {
    const std::string text = data.As<Napi::String>();
    call.data.assign(text.begin(), text.end());
  } else {
    call.data = to_bytes(data, "data");
  }
}

long run_write(const BatchCall& call, BatchResult&) {
  const ssize_t written = write(call.fd, call.data.data(), call.data.size());
  if (written < 0 || static_cast<size_t>(written) == call.data.size()) return written;
  errno = EIO;
  return -1;
}

void parse_read(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("fd"), "fd");
  const Napi::Value limit = object.Get("limit");
  call.numbers[0] = limit.IsUndefined() ? kDefaultLimit : to_unsigned(limit, "limit", kMostLimit);
}

// A pipe, socket or terminal could keep the thread for ever.
bool is_prompt(int fd) {
  struct stat status;
  if (syscall(SYS_fstat, fd, &status) < 0) return false;
  if (S_ISREG(status.st_mode)) return true;
  errno = EINVAL;
  return false;
}

long run_read(const BatchCall& call, BatchResult& result) {
  if (!is_prompt(call.fd)) return -1;
  constexpr size_t kStep = 16u << 10;
  const size_t limit = call.numbers[0];
  result.is_bytes = true;
  size_t size = 0;
  while (size < limit) {
    result.bytes.resize(std::min(limit, size + kStep));
    const ssize_t got = read(call.fd, result.bytes.data() + size, result.bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  result.bytes.resize(size);
  return static_cast<long>(size);
}

void parse_close(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("fd"), "fd");
}

long run_close(const BatchCall& call, BatchResult&) {
  const int closed = close(call.fd);
  return closed < 0 && errno == EINTR ? 0 : closed;
}

void parse_renameat(const Object& object, BatchCall& call) {
  parse_at(object, call);
  call.other_fd = to_fd(object.Get("newDir"), "newDir");
  call.other_path = to_text(object.Get("newPath"), "newPath");
}

long run_renameat(const BatchCall& call, BatchResult&) {
  return renameat(call.fd, call.path.c_str(), call.other_fd, call.other_path.c_str());
}

void parse_unlinkat(const Object& object, BatchCall& call) {
  parse_at(object, call);
  call.numbers[0] = word(object, "flags");
}

long run_unlinkat(const BatchCall& call, BatchResult&) {
  return unlinkat(call.fd, call.path.c_str(), static_cast<int>(call.numbers[0]));
}

void parse_flock(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("fd"), "fd");
  call.numbers[0] = word(object, "operation");
  if ((call.numbers[0] & (LOCK_NB | LOCK_UN)) == 0) {
    throw Napi::TypeError::New(object.Env(), "libcontainer addon: flock in a batch must have LOCK_NB");
  }
}

long run_flock(const BatchCall& call, BatchResult&) {
  return flock(call.fd, static_cast<int>(call.numbers[0]));
}

void parse_fchownat(const Object& object, BatchCall& call) {
  parse_at(object, call);
  call.numbers[0] = word(object, "uid");
  call.numbers[1] = word(object, "gid");
}

long run_fchownat(const BatchCall& call, BatchResult&) {
  return fchownat(call.fd, call.path.c_str(), static_cast<uid_t>(call.numbers[0]), static_cast<gid_t>(call.numbers[1]),
                  AT_SYMLINK_NOFOLLOW);
}

void parse_expect_filesystem(const Object& object, BatchCall& call) {
  call.fd = to_fd(object.Get("fd"), "fd");
  call.numbers[0] = word(object, "magic");
}

long run_expect_filesystem(const BatchCall& call, BatchResult&) {
  struct statfs status;
  if (fstatfs(call.fd, &status) < 0) return -1;
  if (static_cast<uint32_t>(status.f_type) == call.numbers[0]) return 0;
  errno = EINVAL;
  return -1;
}

constexpr BatchKind kKinds[] = {
    {"mkdirat", parse_at_mode, run_mkdirat},
    {"openat2", parse_openat2, run_openat2},
    {"write", parse_write, run_write},
    {"read", parse_read, run_read},
    {"close", parse_close, run_close},
    {"renameat", parse_renameat, run_renameat},
    {"unlinkat", parse_unlinkat, run_unlinkat},
    {"mkfifoat", parse_at_mode, run_mkfifoat},
    {"flock", parse_flock, run_flock},
    {"fchownat", parse_fchownat, run_fchownat},
    {"expectFilesystem", parse_expect_filesystem, run_expect_filesystem},
};

}  // namespace

const BatchKind* find_batch_kind(const std::string& name) {
  for (const BatchKind& kind : kKinds) {
    if (name == kind.name) return &kind;
  }
  return nullptr;
}

}  // namespace addon
