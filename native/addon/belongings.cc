// Descriptors that an environment leaves behind.
#include "belongings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "descriptor.h"

namespace addon {

namespace {

// No two sockets share an inode. 0 for anything else.
ino_t socket_inode(int fd) {
  struct stat status;
  // libc's wrapper needs glibc 2.33.
  if (syscall(SYS_fstat, fd, &status) < 0 || !S_ISSOCK(status.st_mode)) return 0;
  return status.st_ino;
}

// pidfds share one inode before Linux 6.9, but each tells its process; -1 when that has been reaped.
bool is_pidfd_of(int fd, pid_t pid) {
  const std::string path = "/proc/self/fdinfo/" + std::to_string(fd);
  const Descriptor info(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t size = info ? read(info.get(), text, sizeof text) : -1;
  if (size <= 0) return false;
  const std::string lines(text, static_cast<size_t>(size));
  const auto tells = [&](pid_t number) {
    return lines.find("\nPid:\t" + std::to_string(number) + "\n") != std::string::npos;
  };
  return tells(pid) || tells(-1);
}

}  // namespace

void Belongings::add_socket(int fd) {
  things_[fd] = Thing{0, socket_inode(fd)};
}

bool Belongings::is_still(int fd, const Thing& thing) {
  if (thing.pid != 0) return is_pidfd_of(fd, thing.pid);
  return thing.inode != 0 && socket_inode(fd) == thing.inode;
}

void Belongings::close_all() noexcept {
  for (const auto& [fd, thing] : things_) {
    if (is_still(fd, thing)) close(fd);
  }
  things_.clear();
}

}  // namespace addon
