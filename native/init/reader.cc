// Reading wire types: every length is compared with what is left before anything is touched.
// In init, before and after pivot; also compiled against a libc by the tests.
#include "reader.h"

namespace init {

bool Reader::read(uint32_t& value) {
  if (left() < sizeof value) return false;
  value = load<uint32_t>(at_);
  at_ += sizeof value;
  return true;
}

bool Reader::read(uint64_t& value) {
  if (left() < sizeof value) return false;
  value = load<uint64_t>(at_);
  at_ += sizeof value;
  return true;
}

bool Reader::read(String& value) {
  uint32_t length;
  if (!read(length) || left() <= length) return false;
  for (uint32_t i = 0; i < length; i++) {
    if (at_[i] == 0) return false;
  }
  if (at_[length] != 0) return false;
  value = {reinterpret_cast<const char*>(at_), length};
  at_ += size_t{length} + 1;
  return true;
}

bool Reader::read(Strings& value) {
  uint32_t count;
  if (!read(count)) return false;
  value = {at_, count};
  String each;
  for (uint32_t i = 0; i < count; i++) {
    if (!read(each)) return false;
  }
  return true;
}

bool Reader::read(U32s& value) {
  uint32_t count;
  if (!read(count) || left() / sizeof(uint32_t) < count) return false;
  value = {at_, count};
  at_ += size_t{count} * sizeof(uint32_t);
  return true;
}

bool Reader::readField(char letter, uint8_t* field) {
  auto as = [field]<typename T>(T*) -> T& { return *reinterpret_cast<T*>(field); };
  switch (letter) {
    case 'U':
      return read(as(static_cast<uint64_t*>(nullptr)));
    case 's':
      return read(as(static_cast<String*>(nullptr)));
    case 'S':
      return read(as(static_cast<Strings*>(nullptr)));
    case 'n':
      return read(as(static_cast<U32s*>(nullptr)));
  }
  uint32_t number;
  if (!read(number)) return false;
  if (letter == 'b') {
    as(static_cast<bool*>(nullptr)) = number == 1;
    return number <= 1;
  }
  as(static_cast<uint32_t*>(nullptr)) = number;
  return letter != 'f' || number == wire::kNoSlot || number < slots_;
}

bool Reader::readFields(const char* letters, DecodedOp& decoded) {
  size_t end = 0;
  for (; *letters != 0; letters++) {
    const FieldType type = fieldType(*letters);
    const size_t offset = fieldOffset(end, type);
    if (!readField(*letters, decoded.bytes + offset)) return false;
    end = offset + type.size;
  }
  return true;
}

}  // namespace init
