// What init does with the bytes of a plan before it changes anything, and a look at everything it would use.
#pragma once

#include "plan.h"

namespace test {

// Touches each byte that decoded fields refer to. The sum keeps the compiler from leaving that out.
inline uint32_t touch(const char* letters, const init::DecodedOp& decoded) {
  uint32_t sum = 0;
  size_t end = 0;
  const auto touchString = [&sum](init::String text) {
    for (uint32_t i = 0; i <= text.length; i++) sum += static_cast<unsigned char>(text.data[i]);
  };
  for (; *letters != 0; letters++) {
    const init::FieldType type = init::fieldType(*letters);
    const size_t offset = init::fieldOffset(end, type);
    const uint8_t* field = decoded.bytes + offset;
    if (*letters == 's') touchString(*reinterpret_cast<const init::String*>(field));
    if (*letters == 'S') {
      for (init::String each : *reinterpret_cast<const init::Strings*>(field)) touchString(each);
    }
    if (*letters == 'n') {
      const auto& list = *reinterpret_cast<const init::U32s*>(field);
      for (uint32_t i = 0; i < list.count; i++) sum += init::load<uint32_t>(list.bytes + 4 * size_t{i});
    }
    end = offset + type.size;
  }
  return sum;
}

// Whether the plan is accepted. If so every operation must decode again, as it will when init runs it.
inline bool accepts(const uint8_t* bytes, size_t size, init::PlanError& error) {
  init::Plan plan;
  if (!init::verifyPlan(bytes, size, plan, error)) {
    if (error.message == nullptr) __builtin_trap();  // a refusal has to say why
    return false;
  }
  init::Reader operations = plan.reader();
  static volatile uint32_t sum;
  for (uint32_t index = 0; index < plan.header.ops; index++) {
    init::OpId id;
    init::DecodedOp decoded;
    if (!init::nextOperation(operations, id, decoded)) __builtin_trap();
    sum = sum + touch(init::fieldsOf(id), decoded);
  }
  if (!operations.atEnd()) __builtin_trap();
  return true;
}

}  // namespace test
