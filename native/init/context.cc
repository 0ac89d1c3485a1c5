// Failures, slots, memory and the closing of descriptors.
// In init, before and after pivot.
#include "context.h"

#include <linux/mman.h>

namespace init {

namespace {

constexpr int kHighest = 0x7fffffff;

struct Range {
  int first, last;
};

}  // namespace

void* Arena::take(size_t size) {
  size = (size + 7) & ~size_t{7};
  if (size <= static_cast<size_t>(end_ - next_)) {
    void* taken = next_;
    next_ += size;
    return taken;
  }
  long mapped = SYS(mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  // Nothing sensible can be done without memory; the parent sees the exit.
  if (mapped < 0) SYS(exit_group, 1);
  return reinterpret_cast<void*>(mapped);
}

void Released::add(int fd) {
  if (fd < 0) return;
  if (fd >= kRoom) {
    SYS(close, fd);
    return;
  }
  numbers_ |= uint64_t{1} << fd;
  if (fd >= highest_) flush();
}

void Released::flush() {
  while (numbers_ != 0) {
    const int first = __builtin_ctzll(numbers_);
    const uint64_t from = numbers_ >> first;
    const int length = ~from == 0 ? 64 : __builtin_ctzll(~from);
    SYS(close_range, first, first + length - 1, 0);
    numbers_ = length == 64 ? 0 : numbers_ & ~(((uint64_t{1} << length) - 1) << first);
  }
}

void Released::obey(uint64_t limit) {
  flush();
  highest_ = limit >= kRoom ? kRoom - kSpare : static_cast<int>(limit) - kSpare;
}

Result Context::fail(long error, const char* syscall, const char* subject, const char* message) {
  failure = {static_cast<int>(-error), syscall, subject, message};
  return Result::kFailed;
}

Result Context::descriptor(Slot slot, int& fd) {
  fd = slot.isSet() ? slots[slot.index] : -1;
  if (fd < 0) return fail(-EBADF, "", "", "the slot holds no descriptor");
  return Result::kOk;
}

long Context::closeRest(int passed, int also) {
  const int count = static_cast<int>(plan.passed_fds);
  Range kept[] = {{0, 2}, {passed, passed + count - 1}, {control, control}, {gate, gate}, {also, also}};
  int from = 0;
  for (;;) {
    // The lowest kept range that is not behind us; ranges that are empty or unset never are.
    Range next{kHighest, kHighest};
    for (const Range& range : kept) {
      if (range.first >= from && range.first <= range.last && range.first < next.first) next = range;
    }
    if (next.first > from) {
      long result = SYS(close_range, from, next.first - 1, 0);
      if (result < 0) return result;
    }
    if (next.first == kHighest) return 0;
    from = next.last + 1;
  }
}

void Context::forgetParent() {
  release(parent);
  parent = -1;
  parent_yields = {};
}

char* Context::scratch() {
  if (scratch_ == nullptr) scratch_ = static_cast<char*>(arena.take(PATH_MAX));
  return scratch_;
}

}  // namespace init
