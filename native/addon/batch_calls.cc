// The calls of a batch: how each is carried out.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>

#include "batch.h"
#include "descriptor.h"
#include "device_program.h"
#include "kernel.h"

namespace addon {

namespace {

bool is_tolerated(uint32_t tolerance) {
  if (tolerance == 1) return errno == ENOENT;
  return tolerance == 2 && (errno == EACCES || errno == EPERM || errno == EROFS);
}

long run_mkdirat(const BatchCall& call, BatchResult&) {
  return mkdirat(call.fd, call.path.c_str(), static_cast<mode_t>(call.numbers[0]));
}

long run_mkfifoat(const BatchCall& call, BatchResult&) {
  // libc's wrapper needs glibc 2.33.
  return syscall(SYS_mknodat, call.fd, call.path.c_str(), S_IFIFO | (call.numbers[0] & 07777), 0);
}

// EAGAIN: something was renamed while a path was resolved in a scope; openat2(2) asks to try again.
long open_beneath(int dir, const std::string& path, const kernel::OpenHow& how) {
  for (int attempts = 0;; ++attempts) {
    const long fd = syscall(kernel::kOpenat2, dir, path.c_str(), &how, sizeof how);
    if (fd >= 0 || (errno != EINTR && errno != EAGAIN) || attempts == 128) return fd;
  }
}

long run_openat2(const BatchCall& call, BatchResult& result) {
  kernel::OpenHow how{call.numbers[0] | O_CLOEXEC, call.numbers[1], call.numbers[2]};
  result.is_descriptor = true;
  return open_beneath(call.fd, call.path, how);
}

long run_write(const BatchCall& call, BatchResult&) {
  const ssize_t written = write(call.fd, call.data.data(), call.data.size());
  if (written < 0 || static_cast<size_t>(written) == call.data.size()) return written;
  errno = EIO;
  return -1;
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

long write_whole(const Descriptor& file, const uint8_t* data, size_t size) {
  const ssize_t written = write(file.get(), data, size);
  if (written < 0 || static_cast<size_t>(written) == size) return written;
  errno = EIO;
  return -1;
}

long run_write_file(const BatchCall& call, BatchResult&) {
  const kernel::OpenHow how{O_WRONLY | O_CLOEXEC, 0, call.numbers[2]};
  const size_t split = std::min<size_t>(call.numbers[1], call.data.size());
  const uint8_t* data = call.data.data();
  size_t size = split;
  Descriptor file(static_cast<int>(open_beneath(call.fd, call.path, how)));
  if (!file && errno == ENOENT && !call.other_path.empty()) {
    file = Descriptor(static_cast<int>(open_beneath(call.fd, call.other_path, how)));
    data += split;
    size = call.data.size() - split;
  }
  const long written = file ? write_whole(file, data, size) : -1;
  return written < 0 && is_tolerated(call.numbers[0]) ? 0 : written;
}

long run_read_file(const BatchCall& call, BatchResult& result) {
  const kernel::OpenHow how{O_RDONLY | O_CLOEXEC, 0, call.numbers[2]};
  const Descriptor file(static_cast<int>(open_beneath(call.fd, call.path, how)));
  BatchCall reading;
  reading.fd = file.get();
  reading.numbers[0] = call.numbers[0];
  const long size = file ? run_read(reading, result) : -1;
  // Pressure that is not kept account of, or a controller that was disabled while we read.
  if (size >= 0 || (errno != ENOENT && errno != EOPNOTSUPP && errno != ENODEV)) return size;
  result.is_bytes = false;
  return 0;
}

long run_attach_device_program(const BatchCall& call, BatchResult&) {
  return call.numbers[0] == 0 ? attach_device_program(call.fd, call.data)
                              : replace_device_programs(call.fd, call.data);
}

long run_refuse_text(const BatchCall& call, BatchResult&) {
  const kernel::OpenHow how{O_RDONLY | O_CLOEXEC, 0, call.numbers[0]};
  const Descriptor file(static_cast<int>(open_beneath(call.fd, call.path, how)));
  if (!file) return errno == ENOENT || errno == ENODEV ? 0 : -1;
  if (!is_prompt(file.get())) return -1;
  char text[4096];
  const ssize_t size = read(file.get(), text, sizeof text);
  if (size < 0) return errno == ENODEV ? 0 : -1;
  const std::string_view refused(reinterpret_cast<const char*>(call.data.data()), call.data.size());
  if (std::string_view(text, static_cast<size_t>(size)).find(refused) == std::string_view::npos) return 0;
  errno = EBUSY;
  return -1;
}

long run_close(const BatchCall& call, BatchResult&) {
  const int closed = close(call.fd);
  return closed < 0 && errno == EINTR ? 0 : closed;
}

long run_renameat(const BatchCall& call, BatchResult&) {
  return renameat(call.fd, call.path.c_str(), call.other_fd, call.other_path.c_str());
}

long run_unlinkat(const BatchCall& call, BatchResult&) {
  return unlinkat(call.fd, call.path.c_str(), static_cast<int>(call.numbers[0]));
}

long run_flock(const BatchCall& call, BatchResult&) {
  // Whatever JavaScript says, a thread of the addon does not wait for a lock.
  return flock(call.fd, static_cast<int>(call.numbers[0]) | LOCK_NB);
}

long run_fchownat(const BatchCall& call, BatchResult&) {
  const int owned = fchownat(call.fd, call.path.c_str(), static_cast<uid_t>(call.numbers[0]),
                             static_cast<gid_t>(call.numbers[1]), AT_SYMLINK_NOFOLLOW);
  return owned < 0 && is_tolerated(call.numbers[2]) ? 0 : owned;
}

long run_expect_filesystem(const BatchCall& call, BatchResult&) {
  struct statfs status;
  if (fstatfs(call.fd, &status) < 0) return -1;
  if (static_cast<uint32_t>(status.f_type) == call.numbers[0]) return 0;
  errno = EINVAL;
  return -1;
}

unsigned recursion(const BatchCall& call) {
  return call.numbers[0] != 0 ? kernel::kAtRecursive : 0;
}

long run_open_tree(const BatchCall& call, BatchResult& result) {
  result.is_descriptor = true;
  const unsigned flags = kernel::kOpenTreeClone | O_CLOEXEC | recursion(call);
  return syscall(kernel::kOpenTree, call.fd, call.path.c_str(), flags);
}

long run_idmap_tree(const BatchCall& call, BatchResult&) {
  const auto user_namespace = static_cast<uint64_t>(call.other_fd);
  kernel::MountAttributes attributes{kernel::kMountAttrIdmap, 0, 0, user_namespace};
  if (syscall(kernel::kMountSetattr, call.fd, "", AT_EMPTY_PATH | recursion(call), &attributes, sizeof attributes) < 0)
    return -1;
  if (call.numbers[1] == 0) return 0;
  attributes = {0, 0, call.numbers[1], 0};
  return syscall(kernel::kMountSetattr, call.fd, "", AT_EMPTY_PATH | kernel::kAtRecursive, &attributes,
                 sizeof attributes);
}

long run_attach_tree(const BatchCall& call, BatchResult&) {
  constexpr unsigned kMoveMountFromFd = 4;  // MOVE_MOUNT_F_EMPTY_PATH, linux/mount.h
  return syscall(kernel::kMoveMount, call.fd, "", AT_FDCWD, call.path.c_str(), kMoveMountFromFd);
}

long run_unmount(const BatchCall& call, BatchResult&) {
  return umount2(call.path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

// In the order of lib/batch.ts, CALLS.
constexpr BatchKind kKinds[] = {
    {"mkdirat", run_mkdirat},
    {"openat2", run_openat2},
    {"write", run_write},
    {"read", run_read},
    {"close", run_close},
    {"renameat", run_renameat},
    {"unlinkat", run_unlinkat},
    {"mkfifoat", run_mkfifoat},
    {"flock", run_flock},
    {"fchownat", run_fchownat},
    {"expectFilesystem", run_expect_filesystem},
    {"open_tree", run_open_tree},
    {"mount_setattr", run_idmap_tree},
    {"writeFile", run_write_file},
    {"readFile", run_read_file},
    {"attachDeviceProgram", run_attach_device_program},
    {"refuseText", run_refuse_text},
    {"move_mount", run_attach_tree},
    {"umount2", run_unmount},
};

}  // namespace

const BatchKind* find_batch_kind(uint32_t number) {
  return number < std::size(kKinds) ? &kKinds[number] : nullptr;
}

}  // namespace addon
