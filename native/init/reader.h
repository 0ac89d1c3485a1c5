// Reads wire types from untrusted bytes. What it returns points into those bytes and was checked in full.
// In init, before and after pivot; also compiled against a libc by the tests.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../wire.h"

namespace init {

// Text with a NUL behind it and none inside, so that `data` may go to the kernel as it is.
struct String {
  const char* data = "";
  uint32_t length = 0;

  constexpr String() = default;
  constexpr String(const char* text, uint32_t size) : data(text), length(size) {}
  constexpr String(const char* text) : data(text), length(static_cast<uint32_t>(__builtin_strlen(text))) {}

  bool empty() const { return length == 0; }
};

// Numbers on the wire lie at any address.
template <typename T>
inline T load(const uint8_t* bytes) {
  T value;
  __builtin_memcpy(&value, bytes, sizeof value);
  return value;
}

// A list of strings, taken apart while it is walked.
struct Strings {
  const uint8_t* first = nullptr;
  uint32_t count = 0;

  class Iterator {
   public:
    explicit Iterator(const uint8_t* bytes, uint32_t left) : bytes_(bytes), left_(left) {}
    String operator*() const { return {reinterpret_cast<const char*>(bytes_) + 4, load<uint32_t>(bytes_)}; }
    Iterator& operator++() {
      bytes_ += 4 + load<uint32_t>(bytes_) + 1;
      left_--;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return left_ != other.left_; }

   private:
    const uint8_t* bytes_;
    uint32_t left_;
  };

  Iterator begin() const { return Iterator(first, count); }
  Iterator end() const { return Iterator(nullptr, 0); }
};

// A list of numbers; `bytes` need not be aligned.
struct U32s {
  const uint8_t* bytes = nullptr;
  uint32_t count = 0;
};

// The number of a descriptor that the plan names.
struct Slot {
  uint32_t index = wire::kNoSlot;
  bool isSet() const { return index != wire::kNoSlot; }
};

// Room for the fields of any operation.
struct DecodedOp {
  alignas(8) uint8_t bytes[128];
};

// A field as readFields places it: behind the one before, at its natural alignment, which is where the compiler puts a
// member of that type. The generated header asserts that for every operation.
struct FieldType {
  size_t size, alignment;
};
constexpr FieldType fieldType(char letter) {
  const bool is_word = letter == 'u' || letter == 'i' || letter == 'f';
  const size_t size = letter == 'b'   ? sizeof(bool)
                      : is_word       ? sizeof(uint32_t)
                      : letter == 'U' ? sizeof(uint64_t)
                                      : sizeof(String);
  return {size, size < alignof(String) ? size : alignof(String)};
}
static_assert(sizeof(Strings) == sizeof(String) && sizeof(U32s) == sizeof(String) && sizeof(Slot) == sizeof(uint32_t));

constexpr size_t fieldOffset(size_t end, FieldType type) {
  return (end + type.alignment - 1) & ~(type.alignment - 1);
}

template <size_t N>
constexpr bool hasLayout(const char* letters, const size_t (&offsets)[N]) {
  size_t end = 0;
  for (size_t i = 0; i < N; i++) {
    const FieldType type = fieldType(letters[i]);
    const size_t offset = fieldOffset(end, type);
    if (offset != offsets[i]) return false;
    end = offset + type.size;
  }
  return true;
}

class Reader {
 public:
  Reader(const uint8_t* bytes, size_t size, uint32_t slots) : at_(bytes), end_(bytes + size), slots_(slots) {}

  bool atEnd() const { return at_ == end_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  const uint8_t* position() const { return at_; }

  bool read(uint32_t& value);
  bool read(uint64_t& value);
  bool read(String& value);
  bool read(Strings& value);
  bool read(U32s& value);

  // Reads one field for each letter into the struct whose members they are, in order: u uint32_t, i int32_t, U
  // uint64_t, b bool, s String, S Strings, n U32s, f Slot. One table-driven loop, since code for each operation would
  // be a third of init.
  bool readFields(const char* letters, DecodedOp& decoded);

  // A stretch of bytes as a reader of its own.
  bool split(uint32_t length, Reader& part) {
    if (left() < length) return false;
    part = Reader(at_, length, slots_);
    at_ += length;
    return true;
  }

 private:
  bool readField(char letter, uint8_t* field);

  const uint8_t* at_;
  const uint8_t* end_;
  uint32_t slots_;
};

}  // namespace init
