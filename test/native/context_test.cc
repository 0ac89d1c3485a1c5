// Memory that is only ever given out, and which descriptors survive until the program starts.
// links: native/init/context.cc
#include "context.h"

#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "expect.h"

using namespace init;

namespace {

bool isOpen(int fd) {
  return dup2(fd, fd) == fd;
}

void openAll(const std::set<int>& fds) {
  for (int fd : fds) dup2(0, fd);
}

std::set<int> openAmong(const std::set<int>& fds) {
  std::set<int> open;
  for (int fd : fds) {
    if (isOpen(fd)) open.insert(fd);
  }
  return open;
}

// In a child, for it is our own descriptors that get closed. A sanitizer's report in it is a failure too.
template <typename Check>
void inChild(Check check) {
  const pid_t child = fork();
  if (child == 0) {
    check();
    _exit(test::result());
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT(status == 0);
}

void givesOutMemory() {
  alignas(8) static char start[64];
  Arena arena(start, sizeof start);
  auto* first = static_cast<char*>(arena.take(1));
  auto* second = static_cast<char*>(arena.take(9));
  EXPECT(first == start && second == start + 8);
  EXPECT(reinterpret_cast<char*>(arena.next()) == start + 24);
  auto* large = static_cast<char*>(arena.take(1 << 20));  // does not fit: mapped
  EXPECT(large < start || large >= start + sizeof start);
  large[(1 << 20) - 1] = 1;
  EXPECT(arena.take(40) == start + 24);
}

void closesWhatWasReleased() {
  const std::set<int> fds = {10, 11, 12, 20, 40, 100};
  Arena arena(nullptr, 0);
  openAll(fds);
  Released released;
  for (int fd : {11, 12, 40, -1}) released.add(fd);
  EXPECT(openAmong(fds) == fds);  // gathered first
  released.flush();
  EXPECT((openAmong(fds) == std::set<int>{10, 20, 100}));
  released.add(100);  // too high to be gathered
  EXPECT(!isOpen(100));
  released.add(10);
  released.forget();
  released.flush();
  EXPECT(isOpen(10));
}

void closesTheRest() {
  const std::set<int> fds = {3, 4, 5, 9, 30, 31, 32, 33, 200, 1000};
  Arena arena(nullptr, 0);
  Context context(arena);
  openAll(fds);
  context.control = 9;
  context.gate = 200;
  context.plan.passed_fds = 2;
  context.closeRest(31);
  EXPECT((openAmong(fds) == std::set<int>{9, 31, 32, 200}));
  EXPECT(isOpen(0));
}

void closesAllWhenNothingIsKept() {
  const std::set<int> fds = {3, 4, 63, 64, 1000};
  Arena arena(nullptr, 0);
  Context context(arena);
  openAll(fds);
  context.control = -1;
  context.closeRest(3);
  EXPECT(openAmong(fds).empty());
  EXPECT(isOpen(0));
}

void failsForAnEmptySlot() {
  Arena arena(nullptr, 0);
  Context context(arena);
  int slots[] = {7, -1};
  context.slots = slots;
  int fd = -1;
  EXPECT(context.descriptor(Slot{0}, fd) == Result::kOk && fd == 7);
  EXPECT(context.descriptor(Slot{1}, fd) == Result::kFailed && context.failure.error == EBADF);
  EXPECT(context.descriptor(Slot{}, fd) == Result::kFailed);
}

}  // namespace

int main() {
  givesOutMemory();
  inChild(closesWhatWasReleased);
  inChild(closesTheRest);
  inChild(closesAllWhenNothingIsKept);
  failsForAnEmptySlot();
  return test::result();
}
