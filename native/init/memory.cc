// The functions that the compiler calls on its own account.
// In init, before and after pivot.
#include <stddef.h>

// An empty asm in each loop keeps the compiler from seeing the very function in it and calling that.
#define KEEP_LOOP asm volatile("" ::: "memory")

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, size_t length) {
  auto* target = static_cast<unsigned char*>(to);
  const auto* source = static_cast<const unsigned char*>(from);
  for (size_t i = 0; i < length; i++) {
    target[i] = source[i];
    KEEP_LOOP;
  }
  return to;
}

void* memmove(void* to, const void* from, size_t length) {
  auto* target = static_cast<unsigned char*>(to);
  const auto* source = static_cast<const unsigned char*>(from);
  if (target <= source) return memcpy(to, from, length);
  for (size_t i = length; i > 0; i--) {
    target[i - 1] = source[i - 1];
    KEEP_LOOP;
  }
  return to;
}

void* memset(void* to, int value, size_t length) {
  auto* target = static_cast<unsigned char*>(to);
  for (size_t i = 0; i < length; i++) {
    target[i] = static_cast<unsigned char>(value);
    KEEP_LOOP;
  }
  return to;
}

int memcmp(const void* left, const void* right, size_t length) {
  const auto* a = static_cast<const unsigned char*>(left);
  const auto* b = static_cast<const unsigned char*>(right);
  for (size_t i = 0; i < length; i++) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    KEEP_LOOP;
  }
  return 0;
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != 0) {
    length++;
    KEEP_LOOP;
  }
  return length;
}
}
