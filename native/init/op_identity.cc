// Operations that decide what the process may do: no_new_privs, capabilities, user and groups.
// In init, before and after pivot.
#include "identity.h"

#include "ops.gen.h"

namespace init {

namespace {

constexpr unsigned kMostCapabilities = 64;

bool isSet(uint64_t bits, unsigned number) {
  return ((bits >> number) & 1) != 0;
}

// Two 32-bit halves, as _LINUX_CAPABILITY_VERSION_3 has them.
struct CapabilitySets {
  struct {
    uint32_t effective, permitted, inheritable;
  } half[2];
};

uint32_t half(uint64_t bits, int index) {
  return static_cast<uint32_t>(bits >> (32 * index));
}

Result clearAmbient(Context& context) {
  TRY("PR_CAP_AMBIENT_CLEAR_ALL", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return Result::kOk;
}

bool areAll(const uint32_t (&ids)[3], uint32_t id) {
  return ids[0] == id && ids[1] == id && ids[2] == id;
}

}  // namespace

Result dropBirthCapabilities(Context& context) {
  if (context.has_capabilities) return Result::kOk;
  CHECK(clearAmbient(context));
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  CapabilitySets sets;
  TRY("", capget, &header, &sets);
  for (auto& each : sets.half) each.inheritable = 0;
  TRY("", capset, &header, &sets);
  return Result::kOk;
}

Result run(Context& context, const OpSetNoNewPrivileges&) {
  TRY("", prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return Result::kOk;
}

Result run(Context& context, const OpSetParentDeathSignal& op) {
  TRY("PR_SET_PDEATHSIG", prctl, PR_SET_PDEATHSIG, op.signal, 0, 0, 0);
  return Result::kOk;
}

// EINVAL is how the kernel says that the last capability it knows has been passed.
Result run(Context& context, const OpDropBounding& op) {
  for (unsigned number = 0; number < kMostCapabilities; number++) {
    if (isSet(op.keep, number)) continue;
    long result = SYS(prctl, PR_CAPBSET_DROP, number, 0, 0, 0);
    if (result == -EINVAL && number > 0) break;
    if (result < 0) return context.fail(result, "prctl", "PR_CAPBSET_DROP");
  }
  return Result::kOk;
}

Result run(Context& context, const OpSetUser& op) {
  uint32_t ids[3];
  if (op.keep_capabilities) TRY("PR_SET_KEEPCAPS", prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
  if (op.set_groups) TRY("", setgroups, op.groups.count, op.groups.bytes);
  TRY("", setresgid, op.gid, op.gid, op.gid);
  TRY("", setresuid, op.uid, op.uid, op.uid);
  TRY("", getresgid, &ids[0], &ids[1], &ids[2]);
  if (!areAll(ids, op.gid)) return context.fail(-EPERM, "setresgid", "", "had no effect");
  TRY("", getresuid, &ids[0], &ids[1], &ids[2]);
  if (!areAll(ids, op.uid)) return context.fail(-EPERM, "setresuid", "", "had no effect");
  return Result::kOk;
}

Result run(Context& context, const OpSetCapabilities& op) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  CapabilitySets wanted, real{};
  for (int i = 0; i < 2; i++) {
    wanted.half[i] = {half(op.effective, i), half(op.permitted, i), half(op.inheritable, i)};
  }
  TRY("", capset, &header, &wanted);
  TRY("", capget, &header, &real);
  if (__builtin_memcmp(&wanted, &real, sizeof real) != 0) {
    return context.fail(-EPERM, "capset", "", "the sets differ from what was asked for");
  }
  // The kernel keeps the ambient set within what is both permitted and inheritable.
  if ((op.permitted & op.inheritable) != 0) CHECK(clearAmbient(context));
  context.has_capabilities = true;
  for (unsigned number = 0; number < kMostCapabilities; number++) {
    if (isSet(op.ambient, number)) {
      TRY("PR_CAP_AMBIENT_RAISE", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0);
    }
  }
  return Result::kOk;
}

}  // namespace init
