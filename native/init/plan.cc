// Checks every byte of a plan: header, operation ids, fields, lengths, slot numbers.
// In init, before pivot; also compiled against a libc by the tests.
#include "plan.h"

namespace init {

namespace {

constexpr uint32_t kKnownFlags = wire::kTrace;
constexpr size_t kOperationHeader = 8;

// What the wire types alone cannot say.
bool fits(OpId id, const DecodedOp& decoded, Plan& plan) {
  if (id == OpId::kMount) return reinterpret_cast<const OpMount*>(decoded.bytes)->data.count % 2 == 0;
  if (id == OpId::kCreateFilesystem) {
    return reinterpret_cast<const OpCreateFilesystem*>(decoded.bytes)->data.count % 2 == 0;
  }
  if (id == OpId::kReconfigure) return reinterpret_cast<const OpReconfigure*>(decoded.bytes)->data.count % 2 == 0;
  if (id != OpId::kExec) return true;
  const auto* exec = reinterpret_cast<const OpExec*>(decoded.bytes);
  plan.passed_fds = exec->passed_fds;
  return exec->args.count > 0 && exec->passed_fds <= plan.header.given;
}

const char* headerFault(const wire::PlanHeader& header, size_t size) {
  if (header.magic != wire::kPlanMagic) return "plan: wrong magic number";
  if (header.table != wire::kTableHash) return "plan: made for another operation table than this init's";
  if (header.length != size) return "plan: its length is not that of the packet or file it came in";
  if (header.slots > wire::kMaxSlots || header.given > header.slots) return "plan: wrong number of slots";
  if (header.ops > (size - sizeof header) / kOperationHeader) return "plan: more operations than bytes for them";
  if ((header.flags & ~kKnownFlags) != 0) return "plan: unknown flags";
  return nullptr;
}

}  // namespace

bool nextOperation(Reader& operations, OpId& id, DecodedOp& decoded) {
  uint32_t number, length;
  Reader fields = operations;
  if (!operations.read(number) || !operations.read(length) || !operations.split(length, fields)) return false;
  id = static_cast<OpId>(number);
  const char* letters = fieldsOf(id);
  return letters != nullptr && fields.readFields(letters, decoded) && fields.atEnd();
}

bool verifyPlan(const uint8_t* bytes, size_t size, Plan& plan, PlanError& error) {
  error = {};
  if (size < sizeof plan.header || size > wire::kMaxPlanBytes) {
    error.message = "plan: too short or too long";
    return false;
  }
  __builtin_memcpy(&plan.header, bytes, sizeof plan.header);
  error.message = headerFault(plan.header, size);
  if (error.message != nullptr) return false;

  plan.operations = bytes + sizeof plan.header;
  plan.size = size - sizeof plan.header;
  Reader operations = plan.reader();
  for (uint32_t index = 0; index < plan.header.ops; index++) {
    OpId id;
    DecodedOp decoded;
    if (!nextOperation(operations, id, decoded) || !fits(id, decoded, plan)) {
      error = {index, "plan: unknown or malformed operation"};
      return false;
    }
  }
  if (!operations.atEnd()) {
    error.message = "plan: bytes behind the last operation";
    return false;
  }
  return true;
}

}  // namespace init
