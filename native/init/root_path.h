// Paths inside the container's root. Each is resolved once, by the kernel, to a descriptor that later calls use.
// In init, before and after pivot.
#pragma once

#include "context.h"

namespace init {

enum class Kind { kDirectory, kFile };

// openat2(2) with these RESOLVE_* flags, again for as long as the kernel asks for it. A descriptor or −errno.
long openScoped(int base, const char* path, uint64_t flags, uint64_t resolve);

// openat2(2) inside `base`, which absolute paths and symbolic links cannot leave. A descriptor or −errno.
long openInRoot(int base, const char* path, uint64_t flags, uint64_t resolve = 0);

// What a mount may go onto: an existing path (of either kind; only a directory when `kind` is set), or −errno. The
// root itself is refused with EBUSY: what is mounted there would hide the container from itself.
long openMountPoint(Context& context, String path, bool directory, bool no_symlinks = false);

// Makes a path that openMountPoint or openInRoot did not find, with its missing parents (0755), and opens it.
Result createPath(Context& context, int base, String path, Kind kind, uint32_t mode, uint64_t resolve, int& fd);

// The same for what will be mounted on. Where only the last component is missing its directory stays remembered: a
// mount on something new in it does not change what it is.
Result makeMountPoint(Context& context, String path, Kind kind, uint32_t mode, uint64_t resolve, int& fd);

// The directory a path's last component is in, made when it is missing; `name` is that component. The same directory
// asked for again right away is not resolved again.
Result openParent(Context& context, String path, int& directory, const char*& name);

// statx(2) of an open file: `mask` as there.
Result statusOf(Context& context, int fd, uint32_t mask, kernel::Status& status, const char* subject);

inline bool isDirectory(const kernel::Status& status) {
  return (status.mode & S_IFMT) == S_IFDIR;
}

}  // namespace init
