// Mounts with the classic mount(2), onto an open directory.
// In init, before and after pivot.
#include "filesystem.h"

namespace init {

namespace {

struct Flag {
  uint32_t attribute;
  uint32_t flag;
};

// Not MOUNT_ATTR_RDONLY: with mount(2) the filesystem itself would be read-only, for others that share it too.
constexpr Flag kFlags[] = {
    {MOUNT_ATTR_NOSUID, MS_NOSUID},           {MOUNT_ATTR_NODEV, MS_NODEV},
    {MOUNT_ATTR_NOEXEC, MS_NOEXEC},           {MOUNT_ATTR_NOATIME, MS_NOATIME},
    {MOUNT_ATTR_STRICTATIME, MS_STRICTATIME}, {MOUNT_ATTR_NODIRATIME, MS_NODIRATIME},
};

bool toFlags(uint32_t attributes, uint32_t& flags) {
  flags = 0;
  for (const Flag& each : kFlags) {
    if ((attributes & each.attribute) == 0) continue;
    flags |= each.flag;
    attributes &= ~each.attribute;
  }
  return attributes == 0;
}

// Writes `key=value,key,…`. Text with a comma has no place in it.
class Options {
 public:
  explicit Options(char* text) : text_(text) {}

  void add(String key, String value) {
    if (length_ > 0) put(',');
    add(key);
    if (value.empty()) return;
    put('=');
    add(value);
  }

  // nullptr when something did not fit.
  const char* finish() {
    text_[length_] = 0;
    return fits_ ? text_ : nullptr;
  }

 private:
  void add(String text) {
    for (uint32_t i = 0; i < text.length; i++) {
      if (text.data[i] == ',') fits_ = false;
      put(text.data[i]);
    }
  }

  void put(char c) {
    if (length_ == PATH_MAX - 1) fits_ = false;
    if (fits_) text_[length_++] = c;
  }

  char* text_;
  size_t length_ = 0;
  bool fits_ = true;
};

}  // namespace

bool mountInOneCall(Context& context, const FilesystemRequest& request, int target) {
  uint32_t flags;
  // The program's working directory is not ours to change.
  if (context.has_directory || !toFlags(request.attributes, flags)) return false;
  Options options(context.scratch());
  for (auto each = request.data.begin(); each != request.data.end(); ++each) {
    const String key = *each;
    ++each;
    options.add(key, *each);
  }
  if (request.mode != nullptr) options.add("mode", request.mode);
  const char* text = options.finish();
  if (text == nullptr || SYS(fchdir, target) < 0) return false;
  const char* source = request.source.empty() ? nullptr : request.source.data;
  // `.` is the directory that the descriptor stands for, whatever its path leads to by now.
  return SYS(mount, source, ".", request.type.data, flags, text) == 0;
}

}  // namespace init
