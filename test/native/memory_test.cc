// init's own memcpy and the like against libc's: nothing else in init is trusted as much and looked at as little.
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "expect.h"

// Under other names, so that the test itself and the sanitizers keep libc's.
#define memcpy init_memcpy
#define memmove init_memmove
#define memset init_memset
#define memcmp init_memcmp
#define strlen init_strlen
#include "../../native/init/memory.cc"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen

namespace {

constexpr size_t kSize = 24;

void fill(unsigned char* bytes) {
  for (size_t i = 0; i < kSize; i++) bytes[i] = static_cast<unsigned char>(i * 37 + 1);
}

bool sign(int left, int right) {
  return (left < 0) == (right < 0) && (left > 0) == (right > 0);
}

// Every overlap of two stretches in a small buffer.
void movesAsLibcDoes() {
  unsigned char ours[kSize], libcs[kSize];
  for (size_t to = 0; to < kSize; to++) {
    for (size_t from = 0; from < kSize; from++) {
      for (size_t length = 0; length <= kSize - (to > from ? to : from); length++) {
        fill(ours);
        fill(libcs);
        const void* returned = init_memmove(ours + to, ours + from, length);
        std::memmove(libcs + to, libcs + from, length);
        EXPECT(returned == ours + to && std::memcmp(ours, libcs, kSize) == 0);
      }
    }
  }
}

void copiesAndSetsAsLibcDoes() {
  unsigned char source[kSize], ours[kSize], libcs[kSize];
  fill(source);
  for (size_t length = 0; length <= kSize; length++) {
    std::memset(ours, 0, kSize);
    std::memset(libcs, 0, kSize);
    EXPECT(init_memcpy(ours, source, length) == ours);
    std::memcpy(libcs, source, length);
    EXPECT(std::memcmp(ours, libcs, kSize) == 0);
    EXPECT(init_memset(ours, 0x1ff, length) == ours);
    std::memset(libcs, 0x1ff, length);
    EXPECT(std::memcmp(ours, libcs, kSize) == 0);
  }
}

void comparesAsLibcDoes() {
  unsigned char left[kSize], right[kSize];
  for (size_t at = 0; at < kSize; at++) {
    for (int change : {-1, 1, 128}) {
      fill(left);
      fill(right);
      right[at] = static_cast<unsigned char>(right[at] + change);
      for (size_t length = 0; length <= kSize; length++) {
        EXPECT(sign(init_memcmp(left, right, length), std::memcmp(left, right, length)));
      }
    }
  }
}

void measuresAsLibcDoes() {
  char text[kSize] = {};
  for (size_t length = 0; length + 1 < kSize; length++) {
    EXPECT(init_strlen(text) == length);
    text[length] = static_cast<char>(0x80 + length);
  }
}

}  // namespace

int main() {
  movesAsLibcDoes();
  copiesAndSetsAsLibcDoes();
  comparesAsLibcDoes();
  measuresAsLibcDoes();
  return test::result();
}
