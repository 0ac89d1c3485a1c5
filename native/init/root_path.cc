// Opening and making paths inside the container's root.
// In init, before and after pivot.
#include "root_path.h"

namespace init {

namespace {

constexpr int kMostRetries = 128;
constexpr int kMostLinks = 40;  // MAXSYMLINKS

// A path without `.` and `..`, and not only slashes: without symbolic links it cannot mean the root.
bool isPlain(String path) {
  bool is_plain = false;
  for (uint32_t i = 0; i < path.length;) {
    uint32_t start = i;
    while (i < path.length && path.data[i] != '/') i++;
    uint32_t length = i - start;
    if (length > 0) {
      is_plain = true;
      if (path.data[start] == '.' && (length == 1 || (length == 2 && path.data[start + 1] == '.'))) return false;
    }
    while (i < path.length && path.data[i] == '/') i++;
  }
  return is_plain;
}

// −errno or the descriptor itself, when it is not the root.
long refuseRoot(const Context& context, long fd) {
  kernel::Status status;
  long result = SYS(statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status);
  if (result == 0 && status.mount_id == context.root_mount && (status.attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
    result = -EBUSY;
  }
  if (result == 0) return fd;
  SYS(close, fd);
  return result;
}

// A path under construction: `text` up to `done` exists and is open as `directory`.
struct Walk {
  char* text;
  size_t length;
  size_t done = 0;
  int directory = -1;
};

// Finds the longest part of the path, from its start, that exists.
Result openExisting(Context& context, int base, String path, uint64_t resolve, Walk& walk) {
  for (size_t end = walk.length;;) {
    while (end > 0 && walk.text[end - 1] == '/') end--;
    while (end > 0 && walk.text[end - 1] != '/') end--;
    const char kept = walk.text[end];
    walk.text[end] = 0;
    long fd = openInRoot(base, end == 0 ? "." : walk.text, O_PATH | O_DIRECTORY, resolve);
    walk.text[end] = kept;
    if (fd >= 0) {
      walk.done = end;
      walk.directory = static_cast<int>(fd);
      return Result::kOk;
    }
    if (fd != -ENOENT || end == 0) return context.fail(fd, "openat2", path);
  }
}

// Puts the text of a symbolic link in the place of its name, [start, stop) of the path. The kernel resolves the result
// again in full, so a link cannot lead out. kLink when there is one. Apart, since its frame is a page.
enum class Step { kMade, kLink, kFailed };

[[gnu::noinline]] Step followLink(Context& context, String path, Walk& walk, size_t start, size_t stop) {
  char link[PATH_MAX];
  const char kept = walk.text[stop];
  walk.text[stop] = 0;
  const long result = SYS(readlinkat, walk.directory, walk.text + start, link, sizeof link);
  walk.text[stop] = kept;
  if (result <= 0) return Step::kMade;

  const auto length = static_cast<size_t>(result);
  const size_t before = link[0] == '/' ? 0 : start;
  const size_t rest = walk.length - stop;
  if (before + length + rest >= PATH_MAX) {
    context.fail(-ENAMETOOLONG, "readlinkat", path);
    return Step::kFailed;
  }
  __builtin_memmove(walk.text + before + length, walk.text + stop, rest + 1);
  __builtin_memcpy(walk.text + before, link, length);
  walk.length = before + length + rest;
  return Step::kLink;
}

long makeIn(int directory, const char* name, Kind kind, uint32_t mode) {
  return kind == Kind::kDirectory ? SYS(mkdirat, directory, name, mode)
                                  : SYS(mknodat, directory, name, S_IFREG | mode, 0);
}

// Makes one component and enters it. What exists under that name may be a dangling symbolic link: then the path is
// rewritten and the walk starts over.
Step makeComponent(Context& context, String path, Walk& walk, size_t start, size_t stop, Kind kind, uint32_t mode) {
  const char* name = walk.text + start;
  const char kept = walk.text[stop];
  walk.text[stop] = 0;
  long made = makeIn(walk.directory, name, kind, mode);
  walk.text[stop] = kept;
  if (made == -EEXIST) {
    const Step followed = followLink(context, path, walk, start, stop);
    if (followed != Step::kMade) return followed;
  } else if (made < 0) {
    context.fail(made, kind == Kind::kDirectory ? "mkdirat" : "mknodat", path);
    return Step::kFailed;
  }
  walk.text[stop] = 0;
  const int only = kind == Kind::kDirectory ? O_DIRECTORY : 0;
  long fd = SYS(openat, walk.directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | only);
  walk.text[stop] = kept;
  if (fd < 0) {
    context.fail(fd, "openat", path);
    return Step::kFailed;
  }
  context.release(walk.directory);
  walk.directory = static_cast<int>(fd);
  walk.done = stop;
  return Step::kMade;
}

// Makes what is missing behind `walk.done`.
Step makeRest(Context& context, String path, Walk& walk, Kind kind, uint32_t mode) {
  for (;;) {
    size_t start = walk.done;
    while (walk.text[start] == '/') start++;
    size_t stop = start;
    while (stop < walk.length && walk.text[stop] != '/') stop++;
    if (start == stop) return Step::kMade;
    size_t next = stop;
    while (walk.text[next] == '/') next++;
    const bool is_last = next == walk.length;

    const String name(walk.text + start, static_cast<uint32_t>(stop - start));
    if (name.length == 1 && name.data[0] == '.') {
      walk.done = stop;
      continue;
    }
    if (name.length == 2 && name.data[0] == '.' && name.data[1] == '.') {
      context.fail(-ENOENT, "openat2", path, "goes up through a directory that does not exist");
      return Step::kFailed;
    }
    Step step =
        makeComponent(context, path, walk, start, stop, is_last ? kind : Kind::kDirectory, is_last ? mode : 0755);
    if (step != Step::kMade) return step;
  }
}

}  // namespace

long openScoped(int base, const char* path, uint64_t flags, uint64_t resolve) {
  const kernel::OpenHow how{flags | O_CLOEXEC, 0, resolve};
  long fd = -EAGAIN;
  // EAGAIN: something was renamed or mounted elsewhere meanwhile, and `..` could not be proven to stay inside.
  for (int i = 0; i < kMostRetries && (fd == -EAGAIN || fd == -EINTR); i++) {
    fd = SYS(openat2, base, path, &how, sizeof how);
  }
  return fd;
}

long openInRoot(int base, const char* path, uint64_t flags, uint64_t resolve) {
  return openScoped(base, path, flags, resolve | kernel::kResolveInRoot | kernel::kResolveNoMagiclinks);
}

long openMountPoint(Context& context, String path, bool directory, bool no_symlinks) {
  const uint64_t flags = O_PATH | (directory ? O_DIRECTORY : 0);
  const bool is_plain = isPlain(path);
  if (is_plain || no_symlinks) {
    long fd = openInRoot(context.root, path.data, flags, kernel::kResolveNoSymlinks);
    if (fd >= 0) return is_plain ? fd : refuseRoot(context, fd);
    if (fd != -ELOOP || no_symlinks) return fd;
  }
  long fd = openInRoot(context.root, path.data, flags);
  return fd < 0 ? fd : refuseRoot(context, fd);
}

Result createPath(Context& context, int base, String path, Kind kind, uint32_t mode, uint64_t resolve, int& fd) {
  Walk walk{context.scratch(), path.length};
  if (path.length >= PATH_MAX) return context.fail(-ENAMETOOLONG, "openat2", path);
  __builtin_memcpy(walk.text, path.data, path.length);
  walk.text[path.length] = 0;
  for (int links = 0; links < kMostLinks; links++) {
    CHECK(openExisting(context, base, path, resolve, walk));
    Step step = makeRest(context, path, walk, kind, mode);
    if (step == Step::kFailed) return Result::kFailed;
    if (step == Step::kMade) {
      fd = walk.directory;
      return Result::kOk;
    }
    if ((resolve & kernel::kResolveNoSymlinks) != 0) break;
    context.release(walk.directory);
  }
  return context.fail(-ELOOP, "openat2", path);
}

Result openParent(Context& context, String path, int& directory, const char*& name) {
  uint32_t end = path.length;
  while (end > 0 && path.data[end - 1] != '/') end--;
  name = path.data + end;
  const String parent(path.data, end);
  if (context.parent >= 0 && parent.length == context.parent_path.length &&
      __builtin_memcmp(parent.data, context.parent_path.data, end) == 0) {
    directory = context.parent;
    return Result::kOk;
  }
  context.forgetParent();

  if (end >= PATH_MAX) return context.fail(-ENAMETOOLONG, "openat2", path);
  char* text = context.scratch();
  __builtin_memcpy(text, path.data, end);
  text[end] = 0;
  long fd = openInRoot(context.root, end == 0 ? "." : text, O_PATH | O_DIRECTORY);
  if (fd == -ENOENT) {
    int made;
    CHECK(createPath(context, context.root, parent, Kind::kDirectory, 0755, 0, made));
    fd = made;
  }
  if (fd < 0) return context.fail(fd, "openat2", path, "its directory");
  context.parent = directory = static_cast<int>(fd);
  context.parent_path = parent;
  return Result::kOk;
}

Result makeMountPoint(Context& context, String path, Kind kind, uint32_t mode, uint64_t resolve, int& fd) {
  if (resolve == 0 && isPlain(path) && path.data[path.length - 1] != '/') {
    int directory = -1;
    const char* name = "";
    CHECK(openParent(context, path, directory, name));
    if (makeIn(directory, name, kind, mode) == 0) {
      const int only = kind == Kind::kDirectory ? O_DIRECTORY : 0;
      fd = static_cast<int>(TRY(path, openat, directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | only));
      return Result::kOk;
    }
  }
  context.forgetParent();
  return createPath(context, context.root, path, kind, mode, resolve, fd);
}

Result statusOf(Context& context, int fd, uint32_t mask, kernel::Status& status, const char* subject) {
  TRY(subject, statx, fd, "", AT_EMPTY_PATH, mask, &status);
  return Result::kOk;
}

}  // namespace init
