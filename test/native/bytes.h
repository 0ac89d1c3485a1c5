// Builds wire bytes, and hands them out in memory of exactly their size, so that ASan sees every byte read beyond.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "wire.h"
#include "wire_table.gen.h"

namespace test {

class Bytes {
 public:
  Bytes& u32(uint32_t value) { return raw(&value, sizeof value); }
  Bytes& u64(uint64_t value) { return raw(&value, sizeof value); }
  Bytes& string(std::string_view text) {
    return u32(static_cast<uint32_t>(text.size())).raw(text.data(), text.size()).nul();
  }
  Bytes& strings(std::initializer_list<std::string_view> list) {
    u32(static_cast<uint32_t>(list.size()));
    for (auto text : list) string(text);
    return *this;
  }
  Bytes& operation(uint32_t id, const Bytes& fields) {
    return u32(id).u32(static_cast<uint32_t>(fields.size())).raw(fields.bytes_.data(), fields.size());
  }

  size_t size() const { return bytes_.size(); }
  std::unique_ptr<uint8_t[]> exact(size_t length) const {
    std::unique_ptr<uint8_t[]> copy(new uint8_t[length]);
    if (length != 0) std::memcpy(copy.get(), bytes_.data(), length);
    return copy;
  }
  std::unique_ptr<uint8_t[]> exact() const { return exact(size()); }

 protected:
  Bytes& raw(const void* data, size_t length) {
    bytes_.append(static_cast<const char*>(data), length);
    return *this;
  }
  Bytes& nul() {
    bytes_.push_back('\0');
    return *this;
  }

  std::string bytes_;
};

// A whole plan: a header that fits the operations, unless the test changes it.
class PlanBytes : public Bytes {
 public:
  PlanBytes(uint32_t ops, const Bytes& operations, uint32_t slots = 4, uint32_t given = 2) {
    header = {wire::kPlanMagic, wire::kTableHash, 0, ops, slots, given, wire::kNever, 0};
    header.length = static_cast<uint32_t>(sizeof header + operations.size());
    raw(&header, sizeof header);
    const auto body = operations.exact();
    raw(body.get(), operations.size());
  }

  template <typename Change>
  PlanBytes& with(Change change) {
    change(header);
    bytes_.replace(0, sizeof header, reinterpret_cast<const char*>(&header), sizeof header);
    return *this;
  }

  wire::PlanHeader header;
};

}  // namespace test
