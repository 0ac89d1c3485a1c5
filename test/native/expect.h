// The whole of a test framework: what was expected, where, and the exit code of a test program.
#pragma once

#include <cstdio>

namespace test {

inline int failures = 0;

inline void expect(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  failures++;
  std::fprintf(stderr, "%s:%d: expected %s\n", file, line, what);
}

inline int result() {
  return failures == 0 ? 0 : 1;
}

}  // namespace test

#define EXPECT(condition) test::expect((condition), #condition, __FILE__, __LINE__)
