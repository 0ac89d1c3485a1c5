// Operations on how the process is scheduled, where its memory comes from, and what machine it takes this for.
// In init, before and after pivot.
#include "context.h"
#include "ops.gen.h"

namespace init {

namespace {

// Far beyond what Linux is built for; the kernel has its own limit.
constexpr uint32_t kMostNumbers = 65536;
constexpr uint32_t kWordBits = 64;

struct SchedAttr {  // struct sched_attr
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
  uint32_t util_min;
  uint32_t util_max;
};
static_assert(sizeof(SchedAttr) == 56);
constexpr uint32_t kDefaultClamp = ~uint32_t{0};

constexpr int kIoPrioWhoProcess = 1;
constexpr unsigned kIoPrioClassShift = 13;

// A bit for each number.
struct Mask {
  uint64_t* words = nullptr;
  uint32_t count = 0;  // of words
};

Result makeMask(Context& context, U32s numbers, Mask& mask) {
  uint32_t end = 0;
  for (uint32_t i = 0; i < numbers.count; i++) {
    const auto number = load<uint32_t>(numbers.bytes + size_t{4} * i);
    if (number >= kMostNumbers) return context.fail(-EINVAL, "", "", "plan: a number beyond all CPUs and nodes");
    if (number >= end) end = number + 1;
  }
  mask.count = (end + kWordBits - 1) / kWordBits;
  mask.words = static_cast<uint64_t*>(context.arena.take(mask.count * sizeof(uint64_t)));
  for (uint32_t i = 0; i < mask.count; i++) mask.words[i] = 0;
  for (uint32_t i = 0; i < numbers.count; i++) {
    const auto number = load<uint32_t>(numbers.bytes + size_t{4} * i);
    mask.words[number / kWordBits] |= uint64_t{1} << (number % kWordBits);
  }
  return Result::kOk;
}

}  // namespace

Result run(Context& context, const OpSetScheduler& op) {
  const SchedAttr attributes{sizeof(SchedAttr), op.policy,   op.flags,  op.nice,       op.priority,
                             op.runtime,        op.deadline, op.period, kDefaultClamp, kDefaultClamp};
  TRY("", sched_setattr, 0, &attributes, 0);
  return Result::kOk;
}

Result run(Context& context, const OpSetIoPriority& op) {
  TRY("", ioprio_set, kIoPrioWhoProcess, 0, (op.class_ << kIoPrioClassShift) | op.priority);
  return Result::kOk;
}

Result run(Context& context, const OpSetCpuAffinity& op) {
  Mask mask;
  CHECK(makeMask(context, op.cpus, mask));
  TRY("", sched_setaffinity, 0, mask.count * sizeof(uint64_t), mask.words);
  return Result::kOk;
}

Result run(Context& context, const OpSetMemoryPolicy& op) {
  Mask mask;
  CHECK(makeMask(context, op.nodes, mask));
  // The kernel takes one off the number of bits before it looks at them.
  const uint64_t bits = mask.count == 0 ? 0 : uint64_t{mask.count} * kWordBits + 1;
  TRY("", set_mempolicy, op.mode, mask.count == 0 ? nullptr : mask.words, bits);
  return Result::kOk;
}

Result run(Context& context, const OpSetPersonality& op) {
  TRY("", personality, op.persona);
  return Result::kOk;
}

}  // namespace init
