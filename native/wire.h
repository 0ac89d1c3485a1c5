// What the addon (or a test) and init say to each other: plan layout, frames, the failure record. All little-endian.
// Included by both sides and by nothing else they share; no OCI word may appear here.
#pragma once

#include <stdint.h>

#include "wire_table.gen.h"

namespace wire {

// ── Plan ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// PlanHeader, then `ops` times { u32 op id, u32 byte length of the fields, fields }.
// Fields, packed, in table order:
//   u32, i32, bool (0|1)  4 bytes           u64      8 bytes
//   string                u32 length, bytes, one NUL (not counted)          no NUL inside
//   strings               u32 count, then each as string
//   u32s                  u32 count, then each 4 bytes
//   slot                  u32 index into the slot table, kNoSlot when unset
// Slots 0 … given-1 hold the descriptors that came with the plan, in order; the rest are filled by operations.
constexpr uint32_t kPlanMagic = 0x3150434c;  // "LCP1"
constexpr uint32_t kNoSlot = 0xffffffff;
constexpr uint32_t kNever = 0xffffffff;
constexpr uint32_t kMaxSlots = 4096;
constexpr uint32_t kMaxPlanBytes = 16u << 20;

enum PlanFlags : uint32_t {
  kTrace = 1,  // send a trace frame after each operation
};

struct PlanHeader {
  uint32_t magic;
  uint32_t table;   // kTableHash: the operation table both sides were generated from
  uint32_t length;  // bytes of the whole plan, header included
  uint32_t ops;
  uint32_t slots;
  uint32_t given;
  uint32_t fail_at;  // fault injection: report failure instead of running this operation; kNever
  uint32_t flags;
};

// ── Frames on the control socket (SOCK_SEQPACKET, one frame a packet) ────────────────────────────────────────────
constexpr uint32_t kMaxFrame = 4096;         // init → parent; longer details are cut
constexpr uint32_t kMaxInlinePlan = 64u << 10;  // a longer plan travels as a sealed memfd

enum ToInit : uint32_t {
  kPlanInline = 1,   // u32 kind, plan bytes; given descriptors ride along
  kPlanMemfd = 2,    // u32 kind; first descriptor is the sealed memfd, the given ones follow
  kProceed = 3,      // u32 kind, then text for what is run after it, if any
};

enum FromInit : uint32_t {
  kSync = 1,    // waiting in sync operation `index`
  kFailed = 2,  // operation `index` failed; init is exiting
  kDone = 3,    // set up: waiting at the start gate, or (a plan without one) about to execute
  kLog = 4,     // `detail` is for the log
  kTraced = 5,  // operation `index` took `value` nanoseconds
  kForked = 6,  // process `value` goes on with the plan once the parent says proceed; this one is exiting
  kDescriptor = 7,  // operation `index` hands over the descriptor that rides along; no other frame has one
  kListener = 8,  // descriptor `value` of this process is a seccomp listener; it waits for proceed before it goes on
};

// Frame of init → parent: this header, then syscall name and detail without NULs.
// kDone is sent exactly once: by waitStart, else by exec right before execve. End-of-file after kDone without kFailed
// means the program was executed; end-of-file before kDone means init died (killed, or out of memory).
struct FrameHeader {
  uint32_t kind;
  uint32_t index;
  int32_t error;  // errno; 0 when no system call is at fault
  uint16_t syscall_length;
  uint16_t detail_length;
  uint64_t value;
};

// Descriptors init is born with: the control socket at 3, copies of it holding the places 0–2 until setStdio.
constexpr int kControlFd = 3;

}  // namespace wire
