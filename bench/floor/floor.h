// The C floor: what the driver (floor.c) and the vfork child (steps.c) share.
#ifndef LIBCONTAINER_BENCH_FLOOR_H
#define LIBCONTAINER_BENCH_FLOOR_H

#include <stdint.h>

// Lives in the parent's memory: the child shares the address space until it executes, so what it writes here the parent
// reads after the vfork returns. No pipe is needed to report a failure.
struct floor_report {
  const char* failed_step;
  int failed_errno;
};

struct floor_container {
  const char* rootfs;
  char* const* argv;
  int last_capability;
  int has_cgroup;
  struct floor_report report;
};

// Runs in the vfork child, in the new namespaces. Never returns.
__attribute__((noreturn)) void floor_child(struct floor_container* container);

#endif
