// libFuzzer: no bytes that pass for a plan make init read outside them. npm run native:fuzz
// links: native/init/plan.cc native/init/reader.cc
#include <cstring>

#include "../native/walk_plan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  init::PlanError error;
  test::accepts(data, size, error);
  return 0;
}

// Most mutations die on the header; this one puts right what only a sender knows, and damages the rest.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t limit);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t limit, unsigned) {
  size = LLVMFuzzerMutate(data, size, limit);
  wire::PlanHeader header{};
  if (size < sizeof header) return size;
  std::memcpy(&header, data, sizeof header);
  header.magic = wire::kPlanMagic;
  header.table = wire::kTableHash;
  header.length = static_cast<uint32_t>(size);
  std::memcpy(data, &header, sizeof header);
  return size;
}
