// Kernel numbers and structures that older system headers lack. Values: include/uapi/linux/*.h of Linux 6.18.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

namespace addon::kernel {

// Every call since 2019 has one number on all architectures.
constexpr long kPidfdSendSignal = 424;
constexpr long kOpenTree = 428;
constexpr long kMoveMount = 429;
constexpr long kFsopen = 430;
constexpr long kFsconfig = 431;
constexpr long kFsmount = 432;
constexpr long kPidfdOpen = 434;
constexpr long kClone3 = 435;
constexpr long kCloseRange = 436;
constexpr long kPidfdGetfd = 438;
constexpr long kOpenat2 = 437;
constexpr long kMountSetattr = 442;
constexpr long kFchmodat2 = 452;
constexpr long kOpenTreeAttr = 467;

// sched.h
constexpr uint64_t kCloneVm = 0x100;
constexpr uint64_t kClonePidfd = 0x1000;
constexpr uint64_t kCloneNewNs = 0x20000;
constexpr uint64_t kCloneChildClearTid = 0x200000;
constexpr uint64_t kCloneNewCgroup = 0x02000000;
constexpr uint64_t kCloneNewUts = 0x04000000;
constexpr uint64_t kCloneNewIpc = 0x08000000;
constexpr uint64_t kCloneNewUser = 0x10000000;
constexpr uint64_t kCloneNewPid = 0x20000000;
constexpr uint64_t kCloneNewNet = 0x40000000;
constexpr uint64_t kCloneClearSighand = 0x100000000;
constexpr uint64_t kCloneIntoCgroup = 0x200000000;

struct CloneArgs {
  uint64_t flags;
  uint64_t pidfd;
  uint64_t child_tid;
  uint64_t parent_tid;
  uint64_t exit_signal;
  uint64_t stack;
  uint64_t stack_size;
  uint64_t tls;
  uint64_t set_tid;
  uint64_t set_tid_size;
  uint64_t cgroup;
};
static_assert(sizeof(CloneArgs) == 88);

// openat2.h
struct OpenHow {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

// mount.h, fcntl.h
constexpr unsigned kOpenTreeClone = 1;
constexpr unsigned kAtRecursive = 0x8000;
constexpr uint64_t kMountAttrIdmap = 0x00100000;
struct MountAttributes {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};

// wait.h: glibc before 2.36 has no P_PIDFD.
constexpr int kWaitPidfd = 3;

// memfd.h, fcntl.h
constexpr unsigned kMfdCloexec = 1;
constexpr unsigned kMfdAllowSealing = 2;
constexpr unsigned kMfdExec = 0x10;
constexpr int kSealSeal = 1;
constexpr int kSealShrink = 2;
constexpr int kSealGrow = 4;
constexpr int kSealWrite = 8;
constexpr int kSealExec = 0x20;

// pidfd.h: a process that is not our child tells its status since 6.15.
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroupid;
  uint32_t pid, tgid, ppid;
  uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);
constexpr uint64_t kPidfdInfoExit = 8;
constexpr unsigned long kPidfdGetInfo = _IOWR(0xFF, 11, PidfdInfo);

// futex.h: not FUTEX_PRIVATE_FLAG, since the kernel wakes without it.
constexpr int kFutexWait = 0;

// nsfs.h
constexpr unsigned long kNsGetNstype = _IO(0xb7, 3);

// capability.h
constexpr uint32_t kCapabilityVersion3 = 0x20080522;
struct CapHeader {
  uint32_t version;
  int32_t pid;
};
struct CapData {
  uint32_t effective, permitted, inheritable;
};

// bpf.h
constexpr int kBpfProgLoad = 5;
constexpr int kBpfProgAttach = 8;
constexpr int kBpfProgDetach = 9;
constexpr int kBpfProgGetFdById = 13;
constexpr int kBpfProgQuery = 16;
constexpr uint32_t kBpfProgTypeCgroupDevice = 15;
constexpr uint32_t kBpfCgroupDevice = 6;
constexpr uint32_t kBpfAllowMulti = 2;
constexpr uint32_t kBpfReplace = 4;

// Each is one face of union bpf_attr, as far as it is used.
struct BpfLoad {
  uint32_t prog_type;
  uint32_t insn_cnt;
  uint64_t insns;
  uint64_t license;
  uint32_t log_level;
  uint32_t log_size;
  uint64_t log_buf;
  uint32_t kern_version;
  uint32_t prog_flags;
  char prog_name[16];
};
struct BpfAttach {
  uint32_t target_fd;
  uint32_t attach_bpf_fd;
  uint32_t attach_type;
  uint32_t attach_flags;
  uint32_t replace_bpf_fd;
};
struct BpfQuery {
  uint32_t target_fd;
  uint32_t attach_type;
  uint32_t query_flags;
  uint32_t attach_flags;
  uint64_t prog_ids;
  uint32_t prog_cnt;
};
struct BpfGetFd {
  uint32_t id;
  uint32_t next_id;
  uint32_t open_flags;
};

// prctl.h
constexpr int kPrCapbsetRead = 23;
constexpr int kPrCapAmbient = 47;
constexpr int kPrCapAmbientRaise = 2;

// netlink.h
constexpr int kNetlinkCapAck = 10;
constexpr int kNetlinkExtAck = 11;

// seccomp.h
struct SeccompNotification {
  uint64_t id;
  uint32_t pid;
  uint32_t flags;
  int32_t number;
  uint32_t arch;
  uint64_t instruction_pointer;
  uint64_t args[6];
};
static_assert(sizeof(SeccompNotification) == 80);
struct SeccompAnswer {
  uint64_t id;
  int64_t value;
  int32_t error;
  uint32_t flags;
};
struct SeccompAddFd {
  uint64_t id;
  uint32_t flags;
  uint32_t source_fd;
  uint32_t new_fd;
  uint32_t new_fd_flags;
};
constexpr unsigned long kSeccompReceive = _IOWR('!', 0, SeccompNotification);
constexpr unsigned long kSeccompSend = _IOWR('!', 1, SeccompAnswer);
constexpr unsigned long kSeccompIdValid = _IOW('!', 2, uint64_t);
constexpr unsigned long kSeccompAddFd = _IOW('!', 3, SeccompAddFd);

// The kernel's signal set is one word; libc's is 128 bytes.
using SignalSet = uint64_t;
constexpr int kSignals = 64;

}  // namespace addon::kernel
