// Operations on what security modules and the key service know of the process.
// In init, before and after pivot.
#include "ops.gen.h"
#include "procfs.h"

namespace init {

namespace {

constexpr int kKeyctlJoinSessionKeyring = 1;

}  // namespace

Result run(Context& context, const OpNewSessionKeyring& op) {
  const long result = SYS(keyctl, kKeyctlJoinSessionKeyring, nullptr, 0, 0, 0);
  if (result >= 0 || result == -ENOSYS || (op.optional && result == -EPERM)) return Result::kOk;
  return context.fail(result, "keyctl", "KEYCTL_JOIN_SESSION_KEYRING");
}

Result run(Context& context, const OpOpenProcfs&) {
  return openProcfs(context);
}

Result run(Context& context, const OpSetSecurityAttribute& op) {
  const char* directory = "self/attr";
  if (writeProcFile(context, directory, op.name, op.value) == Result::kOk) return Result::kOk;
  if (context.failure.error != ENOENT || op.fallback.empty()) return Result::kFailed;
  return writeProcFile(context, directory, op.fallback, op.value);
}

}  // namespace init
