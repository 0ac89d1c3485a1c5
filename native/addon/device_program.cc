// eBPF programs that decide on a cgroup's devices: loaded, attached, replaced.
#include "device_program.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>

#include "descriptor.h"
#include "kernel.h"

namespace addon {

namespace {

constexpr size_t kInstructionSize = 8;
// The kernel attaches no more to one cgroup (BPF_CGROUP_MAX_PROGS).
constexpr uint32_t kMostPrograms = 64;

template <typename Attributes>
long bpf(int command, Attributes& attributes) {
  return syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

template <typename T>
uint64_t address_of(const T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

long attach_over(int cgroup, const Descriptor& program, const Descriptor& old) {
  kernel::BpfAttach attach{static_cast<uint32_t>(cgroup), static_cast<uint32_t>(program.get()),
                           kernel::kBpfCgroupDevice, kernel::kBpfAllowMulti | kernel::kBpfReplace,
                           static_cast<uint32_t>(old.get())};
  return bpf(kernel::kBpfProgAttach, attach);
}

long detach(int cgroup, const Descriptor& program) {
  kernel::BpfAttach attach{static_cast<uint32_t>(cgroup), static_cast<uint32_t>(program.get()),
                           kernel::kBpfCgroupDevice, 0, 0};
  return bpf(kernel::kBpfProgDetach, attach);
}

// False when one of them cannot be had.
bool open_programs(const uint32_t* ids, uint32_t count, std::vector<Descriptor>& programs) {
  for (uint32_t i = 0; i < count; ++i) {
    kernel::BpfGetFd get{ids[i], 0, 0};
    programs.emplace_back(static_cast<int>(bpf(kernel::kBpfProgGetFdById, get)));
    if (!programs.back()) return false;
  }
  return true;
}

long load(const std::vector<uint8_t>& instructions) {
  kernel::BpfLoad load{};
  load.prog_type = kernel::kBpfProgTypeCgroupDevice;
  load.insn_cnt = static_cast<uint32_t>(instructions.size() / kInstructionSize);
  load.insns = address_of(instructions.data());
  // It calls no helper, so no license matters; the kernel wants a text.
  load.license = address_of("Apache-2.0");
  // EAGAIN: a signal came while the kernel was verifying.
  for (int attempts = 0;; ++attempts) {
    const long fd = bpf(kernel::kBpfProgLoad, load);
    if (fd >= 0 || errno != EAGAIN || attempts == 5) return fd;
  }
}

using Program = std::shared_ptr<const Descriptor>;

// The last few programs: the kernel takes as long to verify and compile one as to make half a dozen mounts, and most
// containers have the same. Any number of cgroups can share a program; it looks at nothing but the request.
class Programs {
 public:
  // Null with errno set when it cannot be loaded.
  Program get(const std::vector<uint8_t>& instructions) {
    std::lock_guard lock(mutex_);
    const auto known = std::find_if(loaded_.begin(), loaded_.end(),
                                    [&](const Loaded& each) { return each.instructions == instructions; });
    if (known != loaded_.end()) return known->program;
    const long fd = load(instructions);
    if (fd < 0) return {};
    if (loaded_.size() == kMost) loaded_.pop_front();
    loaded_.push_back({instructions, std::make_shared<const Descriptor>(static_cast<int>(fd))});
    return loaded_.back().program;
  }

 private:
  static constexpr size_t kMost = 8;
  struct Loaded {
    std::vector<uint8_t> instructions;
    Program program;
  };

  std::mutex mutex_;
  std::deque<Loaded> loaded_;  // the oldest first
};

// Never destroyed: threads of ours use it while the process exits.
Program find_program(const std::vector<uint8_t>& instructions) {
  static Programs* const programs = new Programs;
  return programs->get(instructions);
}

long attach(int cgroup, const Descriptor& program) {
  kernel::BpfAttach attach{static_cast<uint32_t>(cgroup), static_cast<uint32_t>(program.get()),
                           kernel::kBpfCgroupDevice, kernel::kBpfAllowMulti, 0};
  return bpf(kernel::kBpfProgAttach, attach);
}

}  // namespace

long attach_device_program(int cgroup, const std::vector<uint8_t>& instructions) {
  const Program program = find_program(instructions);
  return program ? attach(cgroup, *program) : -1;
}

long replace_device_programs(int cgroup, const std::vector<uint8_t>& instructions) {
  // Never one that others have: the kernel takes no program twice for one cgroup.
  const Descriptor program(static_cast<int>(load(instructions)));
  if (!program) return -1;
  uint32_t ids[kMostPrograms];
  kernel::BpfQuery query{static_cast<uint32_t>(cgroup), kernel::kBpfCgroupDevice, 0, 0, address_of(ids),
                         static_cast<uint32_t>(std::size(ids))};
  if (bpf(kernel::kBpfProgQuery, query) < 0) return -1;
  std::vector<Descriptor> old;
  if (!open_programs(ids, query.prog_cnt, old)) return -1;
  if (old.size() == 1) return attach_over(cgroup, program, old.front());
  if (attach(cgroup, program) < 0) return -1;
  for (const Descriptor& each : old) {
    if (detach(cgroup, each) < 0) return -1;
  }
  return 0;
}

}  // namespace addon
