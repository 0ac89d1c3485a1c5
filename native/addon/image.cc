// The embedded init as a sealed, executable memfd, made once in a process.
#include "image.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>

#include "descriptor.h"
#include "kernel.h"

extern "C" {
__attribute__((visibility("hidden"))) extern const unsigned char libcontainer_init_image[];
__attribute__((visibility("hidden"))) extern const unsigned char libcontainer_init_image_end[];
__attribute__((visibility("hidden"))) extern const char libcontainer_init_sha256[];
}

namespace addon {

namespace {

// Descriptors below are where children put their own.
constexpr int kLowest = 16;

int create() {
  constexpr unsigned flags = kernel::kMfdCloexec | kernel::kMfdAllowSealing;
  const int fd = static_cast<int>(syscall(SYS_memfd_create, "libcontainer-init", flags | kernel::kMfdExec));
  // Kernels before 6.3 do not know MFD_EXEC; there every memfd can be executed.
  if (fd >= 0 || errno != EINVAL) return fd;
  return static_cast<int>(syscall(SYS_memfd_create, "libcontainer-init", flags));
}

Outcome fill(int fd) {
  const unsigned char* next = libcontainer_init_image;
  while (next < libcontainer_init_image_end) {
    const ssize_t written = write(fd, next, static_cast<size_t>(libcontainer_init_image_end - next));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("write init image");
    next += written;
  }
  return {};
}

Outcome seal(int fd) {
  constexpr int wanted = kernel::kSealSeal | kernel::kSealShrink | kernel::kSealGrow | kernel::kSealWrite;
  // F_SEAL_EXEC (6.3) pins the mode as well.
  if (fcntl(fd, F_ADD_SEALS, wanted | kernel::kSealExec) < 0) {
    if (errno != EINVAL || fcntl(fd, F_ADD_SEALS, wanted) < 0) return failed("seal init image");
  }
  const int seals = fcntl(fd, F_GET_SEALS);
  if (seals < 0) return failed("read seals of init image");
  if ((seals & wanted) != wanted) return Failure{"verify seals of init image", EPERM, {}};
  return {};
}

Outcome make(int& result) {
  Descriptor low(create());
  // EACCES: vm.memfd_noexec=2 forbids executable memfds.
  if (!low) return failed("memfd_create", errno == EACCES ? "/proc/sys/vm/memfd_noexec" : "");
  if (auto failure = fill(low.get())) return failure;
  // Readable by all: a process that executes a file it may not read is not dumpable, and then an ordinary user could
  // not write its id maps. That must hold as well when the owner of this process has changed its user id since.
  if (fchmod(low.get(), 0555) < 0) return failed("fchmod init image");
  if (auto failure = seal(low.get())) return failure;
  Descriptor high(fcntl(low.get(), F_DUPFD_CLOEXEC, kLowest));
  if (!high) return failed("fcntl F_DUPFD_CLOEXEC");
  result = high.release();
  return {};
}

}  // namespace

Outcome open_init_image(int& fd) {
  static std::mutex mutex;
  static int made = -1;
  std::lock_guard lock(mutex);
  if (made < 0) {
    if (auto failure = make(made)) return failure;
  }
  fd = made;
  return {};
}

size_t init_image_size() {
  return static_cast<size_t>(libcontainer_init_image_end - libcontainer_init_image);
}

const char* init_image_sha256() {
  return libcontainer_init_sha256;
}

}  // namespace addon
