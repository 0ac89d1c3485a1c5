// A received plan: checked as a whole before its first operation runs, so a malformed one changes nothing.
// In init, before pivot; also compiled against a libc by the tests.
#pragma once

#include "ops.gen.h"

namespace init {

struct Plan {
  wire::PlanHeader header{};
  const uint8_t* operations = nullptr;
  size_t size = 0;  // bytes of the operations

  // How many descriptors, from 3 on, the program inherits.
  uint32_t passed_fds = 0;

  Reader reader() const { return Reader(operations, size, header.slots); }
};

struct PlanError {
  uint32_t index = wire::kNever;  // the operation at fault; kNever for the header
  const char* message = nullptr;
};

// Reads the next operation; false when it is unknown or malformed, which verifyPlan has ruled out.
bool nextOperation(Reader& operations, OpId& id, DecodedOp& decoded);

// Takes exactly `size` bytes at `bytes` for a plan. On false `error` says what is wrong with it.
bool verifyPlan(const uint8_t* bytes, size_t size, Plan& plan, PlanError& error);

}  // namespace init
