// A system call that failed, as a value that any thread may carry; errors.cc makes a JavaScript error of it.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <utility>

namespace addon {

struct Failure {
  std::string syscall;
  int error;
  std::string path;
  // In a batch: the number of the call; -1 elsewhere.
  int index = -1;
};

// Functions return nullopt when all went well.
using Outcome = std::optional<Failure>;

inline Failure failed(std::string syscall, std::string path = {}) {
  const int error = errno;
  return Failure{std::move(syscall), error, std::move(path)};
}

}  // namespace addon
