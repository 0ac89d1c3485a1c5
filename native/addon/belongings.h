// Descriptors of children that JavaScript has been given and is to close; closed for it when its environment ends
// first.
#pragma once

#include <sys/types.h>

#include <unordered_map>

namespace addon {

// JavaScript thread only.
class Belongings {
 public:
  void add_pidfd(int fd, pid_t pid) { things_[fd] = Thing{pid, 0}; }
  void add_socket(int fd);
  void remove(int fd) { things_.erase(fd); }
  // Only what is still what it was: the number may be another file's by now, when somebody else has closed ours.
  void close_all() noexcept;

 private:
  struct Thing {
    pid_t pid;    // of a pidfd, else 0
    ino_t inode;  // of a socket
  };
  static bool is_still(int fd, const Thing& thing);

  std::unordered_map<int, Thing> things_;
};

}  // namespace addon
