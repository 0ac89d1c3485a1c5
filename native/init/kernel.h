// The kernel's interface: its own headers, and what those of an older distribution lack.
// In init, before and after pivot.
#pragma once

#include <asm/errno.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <stddef.h>
#include <stdint.h>

// The numbers of calls younger than 5.1 are the same on every architecture.
#ifndef __NR_close_range
#define __NR_close_range 436
#endif
#ifndef __NR_openat2
#define __NR_openat2 437
#endif
#ifndef __NR_faccessat2
#define __NR_faccessat2 439
#endif
#ifndef __NR_mount_setattr
#define __NR_mount_setattr 442
#endif
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif
#ifndef __NR_open_tree_attr
#define __NR_open_tree_attr 467
#endif

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000U
#endif
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4U
#endif
#ifndef F_SEAL_WRITE
#define F_SEAL_WRITE 8
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

namespace kernel {

struct OpenHow {  // struct open_how
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};

constexpr uint64_t kResolveNoXdev = 1;
constexpr uint64_t kResolveNoMagiclinks = 2;
constexpr uint64_t kResolveNoSymlinks = 4;
constexpr uint64_t kResolveBeneath = 8;
constexpr uint64_t kResolveInRoot = 16;

struct MountAttributes {  // struct mount_attr
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};

// struct statx up to where every kernel has filled it, and room for what newer ones add.
struct Status {
  uint32_t mask;
  uint32_t block_size;
  uint64_t attributes;
  uint32_t links;
  uint32_t uid;
  uint32_t gid;
  uint16_t mode;
  uint16_t spare0;
  uint64_t inode;
  uint64_t size;
  uint64_t blocks;
  uint64_t attributes_mask;
  uint64_t times[8];
  uint32_t rdev_major;
  uint32_t rdev_minor;
  uint32_t dev_major;
  uint32_t dev_minor;
  uint64_t mount_id;
  uint64_t spare[13];
};
static_assert(sizeof(Status) == 256);

struct IoVector {  // struct iovec
  const void* base;
  size_t length;
};

struct Message {  // struct user_msghdr
  void* name;
  int name_length;
  IoVector* vectors;
  size_t vector_count;
  void* control;
  size_t control_length;
  unsigned flags;
};

struct ControlHeader {  // struct cmsghdr
  size_t length;
  int level;
  int type;
};

struct OneDescriptor {  // a control message of SCM_RIGHTS, padded as CMSG_SPACE does
  ControlHeader header;
  int fd;
  int padding;
};

constexpr int kSolSocket = 1;
constexpr int kScmRights = 1;
constexpr int kMaxScmRights = 253;  // SCM_MAX_FD
constexpr unsigned kMsgPeek = 0x2;
constexpr unsigned kMsgCtrunc = 0x8;
constexpr unsigned kMsgTrunc = 0x20;
constexpr unsigned kMsgDontwait = 0x40;
constexpr unsigned kMsgNosignal = 0x4000;
constexpr unsigned kMsgCmsgCloexec = 0x40000000;

constexpr int kSigIll = 4;
constexpr int kSigTrap = 5;
constexpr int kSigAbrt = 6;
constexpr int kSigBus = 7;
constexpr int kSigFpe = 8;
constexpr int kSigKill = 9;
constexpr int kSigSegv = 11;
constexpr int kSigChld = 17;
constexpr int kSigSys = 31;
constexpr int kSigBlock = 0;
constexpr int kSigSetmask = 2;

struct Ended {  // siginfo_t as waitid(2) fills it
  int32_t signal;
  int32_t error;
  int32_t code;
  int32_t padding;
  int32_t pid;
  uint32_t uid;
  int32_t status;
  int32_t rest[25];
};
static_assert(sizeof(Ended) == 128);
constexpr int kWaitAll = 0;         // P_ALL
constexpr int kWaitPid = 1;         // P_PID
constexpr int kWaitNoHang = 1;      // WNOHANG
constexpr int kWaitExited = 4;      // WEXITED
constexpr int kChildExited = 1;     // CLD_EXITED
constexpr unsigned kTiocspgrp = 0x5410;

struct PollEntry {  // struct pollfd
  int fd;
  int16_t events;
  int16_t ready;
};
constexpr int16_t kPollIn = 1;
constexpr int16_t kPollHangup = 16;

struct Time {  // struct timespec
  int64_t seconds;
  int64_t nanoseconds;
};

struct StatFs {  // struct statfs of a 64-bit architecture
  int64_t type;
  int64_t rest[14];
};
static_assert(sizeof(StatFs) == 120);
constexpr int64_t kProcMagic = 0x9fa0;
constexpr uint64_t kProcRootInode = 1;
constexpr int64_t kDevptsMagic = 0x1cd1;
constexpr uint64_t kDevptsRootInode = 1;
constexpr uint64_t kDevptsPtmxInode = 2;

}  // namespace kernel
