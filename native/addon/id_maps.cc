// The id maps of a new user namespace (user_namespaces(7)), written from outside it.
#include "id_maps.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"

namespace addon {

namespace {

// The parent goes on as soon as the child has a memory of its own, which for a moment more is as undumpable as ours
// may be (begin_new_exec); and the files of an undumpable process are root's.
int open_soon(int directory, const char* name) {
  constexpr timespec millisecond{0, 1'000'000};
  for (int attempts = 0;; ++attempts) {
    const int fd = openat(directory, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 || errno != EACCES || attempts == 100) return fd;
    nanosleep(&millisecond, nullptr);
  }
}

// The kernel takes a map in one write or not at all.
Outcome write_once(int directory, const std::string& parent, const char* name, const std::string& text) {
  const std::string path = parent + "/" + name;
  const Descriptor file(open_soon(directory, name));
  if (!file) return failed(std::string("open ") + name, path);
  const ssize_t written = write(file.get(), text.data(), text.size());
  if (written < 0) return failed(std::string("write ") + name, path);
  if (static_cast<size_t>(written) != text.size()) return Failure{std::string("write ") + name, EIO, path};
  return {};
}

}  // namespace

Outcome write_id_maps(pid_t pid, const IdMaps& maps) {
  const std::string path = "/proc/" + std::to_string(pid);
  const Descriptor directory(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failed("open", path);
  // Without privilege, a gid map is taken only after setgroups has been denied.
  if (maps.setgroups) {
    if (auto failure = write_once(directory.get(), path, "setgroups", *maps.setgroups)) return failure;
  }
  if (auto failure = write_once(directory.get(), path, "uid_map", maps.uid)) return failure;
  return write_once(directory.get(), path, "gid_map", maps.gid);
}

}  // namespace addon
