// What /proc/PID/stat tells of a child.
#include "process_stat.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "descriptor.h"

namespace addon {

Outcome read_start_time(pid_t pid, uint64_t& start_time) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed("open", path);
  char text[1024];
  const ssize_t size = read(file.get(), text, sizeof text - 1);
  if (size < 0) return failed("read", path);
  text[size] = '\0';
  // The name, field 2, may hold anything, also parentheses and blanks.
  const char* field = strrchr(text, ')');
  for (int number = 2; field != nullptr && number < 22; ++number) field = strchr(field + 1, ' ');
  if (field == nullptr) return Failure{"read", EIO, path};
  start_time = strtoull(field, nullptr, 10);
  return {};
}

}  // namespace addon
