// Copies of descriptors that JavaScript has named, for a job: by the time it runs, the numbers may be other files'.
#pragma once

#include <fcntl.h>

#include <vector>

#include "descriptor.h"
#include "failure.h"

namespace addon {

class HeldFds {
 public:
  // JavaScript thread. Negative numbers stand for none, or for a result of the job's batch, and stay.
  explicit HeldFds(const std::vector<int>& fds) {
    numbers_.reserve(fds.size());
    for (const int fd : fds) hold(fd);
  }
  explicit HeldFds(int fd) { hold(fd); }
  HeldFds(HeldFds&&) = default;

  const Outcome& failure() const { return failure_; }
  const std::vector<int>& numbers() const { return numbers_; }
  int first() const { return numbers_.front(); }

 private:
  void hold(int fd) {
    numbers_.push_back(fd);
    if (fd < 0) return;
    // The child of launch or spawn places descriptors from 0 on.
    copies_.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!copies_.back() && !failure_) failure_ = failed("fcntl F_DUPFD_CLOEXEC", "descriptor " + std::to_string(fd));
    numbers_.back() = copies_.back().get();
  }

  std::vector<Descriptor> copies_;
  std::vector<int> numbers_;
  Outcome failure_;
};

}  // namespace addon
