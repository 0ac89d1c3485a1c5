// The null device, opened once in a process.
#include "null_device.h"

#include <fcntl.h>

#include <algorithm>
#include <mutex>

#include "descriptor.h"

namespace addon {

namespace {

// Descriptors below are where children put their own.
constexpr int kLowest = 16;

Outcome open_null_device(int& fd) {
  static std::mutex mutex;
  static int opened = -1;
  std::lock_guard lock(mutex);
  if (opened < 0) {
    const Descriptor low(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!low) return failed("open", "/dev/null");
    opened = fcntl(low.get(), F_DUPFD_CLOEXEC, kLowest);
    if (opened < 0) return failed("fcntl F_DUPFD_CLOEXEC");
  }
  fd = opened;
  return {};
}

}  // namespace

Outcome fill_in_null_device(std::vector<int>& fds) {
  if (std::find(fds.begin(), fds.end(), kNullDevice) == fds.end()) return {};
  int fd = -1;
  if (auto failure = open_null_device(fd)) return failure;
  std::replace(fds.begin(), fds.end(), kNullDevice, fd);
  return {};
}

}  // namespace addon
