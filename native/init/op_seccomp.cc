// The operation that puts the process under a system call filter.
// In init, after pivot where there is one.
#include "context.h"
#include "ops.gen.h"

namespace init {

namespace {

constexpr unsigned kSetModeFilter = 1;  // SECCOMP_SET_MODE_FILTER
constexpr uint32_t kMostInstructions = 4096;

// struct sock_fprog. The kernel copies the program, from any address.
struct Program {
  uint16_t length;
  const uint8_t* filter;
};

}  // namespace

Result run(Context& context, const OpSeccomp& op) {
  const uint32_t instructions = op.program.count / 2;
  if (op.program.count % 2 != 0 || instructions > kMostInstructions) {
    return context.fail(-EINVAL, "", "", "the program is not one");
  }
  const Program program{static_cast<uint16_t>(instructions), op.program.bytes};
  TRY("", seccomp, kSetModeFilter, op.flags, &program);
  return Result::kOk;
}

}  // namespace init
