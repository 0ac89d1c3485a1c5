// The C floor: launches containers from a vfork child with nothing in between and prints how long each one lived.
//
//   floor serve ROOTFS CGROUP DEVICES PROGRAM [ARG...]      one container for each line read from standard input
//   floor loop N ROOTFS CGROUP DEVICES PROGRAM [ARG...]     N containers
//
// CGROUP is a writable cgroup2 directory to make the containers' cgroups in, or "-" for none. DEVICES is a file with the
// instructions of the eBPF program that decides on their devices; it is loaded once and attached to each cgroup.
// Each container prints one JSON line: {"us": life from mkdir of its cgroup to its rmdir, "faults": minor faults}.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "floor.h"

static char child_stack[64 * 1024] __attribute__((aligned(16)));

__attribute__((noreturn)) static void die(const char* what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

// The child returns from clone3 on a stack of its own, so the call cannot go through a C function: its return address
// would be on the other stack.
static long clone3_calling(struct clone_args* arguments, void (*function)(struct floor_container*), void* container) {
#if defined(__x86_64__)
  register long result __asm__("rax") = SYS_clone3;
  register void* first __asm__("rdi") = arguments;
  register long second __asm__("rsi") = sizeof *arguments;
  register void* callee __asm__("r12") = (void*)function;
  register void* parameter __asm__("r13") = container;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "hlt\n"
      "1:"
      : "+r"(result)
      : "r"(first), "r"(second), "r"(callee), "r"(parameter)
      : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long number __asm__("x8") = SYS_clone3;
  register long result __asm__("x0") = (long)arguments;
  register long second __asm__("x1") = sizeof *arguments;
  register void* callee __asm__("x19") = (void*)function;
  register void* parameter __asm__("x20") = container;
  __asm__ volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x20\n\t"
      "blr x19\n\t"
      "brk #0\n"
      "1:"
      : "+r"(result)
      : "r"(number), "r"(second), "r"(callee), "r"(parameter)
      : "memory");
  return result;
#else
#error "floor: no clone3 stub for this architecture"
#endif
}

static double now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int read_last_capability(void) {
  char text[16] = {0};
  int fd = open("/proc/sys/kernel/cap_last_cap", O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 1) die("read /proc/sys/kernel/cap_last_cap");
  close(fd);
  return atoi(text);
}

static int open_cgroup(const char* path) {
  if (mkdir(path, 0755) < 0) die(path);
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) die(path);
  return fd;
}

static int load_device_program(const char* path) {
  static char instructions[16 * 1024];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t size = file < 0 ? -1 : read(file, instructions, sizeof instructions);
  if (size < 0) die(path);
  close(file);
  union bpf_attr load = {
      .prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
      .insn_cnt = (unsigned)size / sizeof(struct bpf_insn),
      .insns = (uintptr_t)instructions,
      .license = (uintptr_t)"",
  };
  int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load);
  if (program < 0) die("load the device program");
  return program;
}

static void restrict_devices(int cgroup, int program) {
  union bpf_attr attach = {
      .target_fd = (unsigned)cgroup,
      .attach_bpf_fd = (unsigned)program,
      .attach_type = BPF_CGROUP_DEVICE,
      .attach_flags = BPF_F_ALLOW_MULTI,
  };
  if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach) < 0) die("attach the device program");
}

static void run_once(struct floor_container* container, const char* cgroup_parent, int devices) {
  static unsigned serial;
  char cgroup[4096] = "";
  int pidfd = -1, cgroup_fd = -1;
  double begin = now_us();
  if (container->has_cgroup) {
    snprintf(cgroup, sizeof cgroup, "%s/floor-%d-%u", cgroup_parent, getpid(), serial++);
    cgroup_fd = open_cgroup(cgroup);
    restrict_devices(cgroup_fd, devices);
  }
  struct clone_args arguments = {
      .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
               CLONE_NEWNET | (cgroup_fd < 0 ? 0 : CLONE_INTO_CGROUP),
      .pidfd = (uintptr_t)&pidfd,
      .stack = (uintptr_t)child_stack,
      .stack_size = sizeof child_stack,
      .cgroup = cgroup_fd < 0 ? 0 : (unsigned)cgroup_fd,
  };
  long pid = clone3_calling(&arguments, floor_child, container);
  if (pid < 0) {
    errno = (int)-pid;
    die("clone3");
  }
  siginfo_t info = {0};
  struct rusage usage;
  if (syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | __WALL, &usage) < 0) die("waitid");
  close(pidfd);
  if (cgroup_fd >= 0) {
    close(cgroup_fd);
    if (rmdir(cgroup) < 0) die(cgroup);
  }
  double end = now_us();
  if (container->report.failed_step) {
    errno = container->report.failed_errno;
    die(container->report.failed_step);
  }
  if (info.si_code != CLD_EXITED || info.si_status != 0) {
    fprintf(stderr, "floor: the program ended with code %d status %d\n", info.si_code, info.si_status);
    exit(1);
  }
  printf("{\"us\":%.1f,\"faults\":%ld}\n", end - begin, usage.ru_minflt);
  fflush(stdout);
}

int main(int argc, char** argv) {
  int loop = argc > 1 && strcmp(argv[1], "loop") == 0;
  char** rest = argv + 2 + loop;
  if (argc < 6 + loop || (!loop && strcmp(argv[1], "serve") != 0)) {
    fprintf(stderr, "usage: floor serve|loop N ROOTFS CGROUP|- DEVICES PROGRAM [ARG...]\n");
    return 2;
  }
  struct floor_container container = {
      .rootfs = rest[0],
      .argv = rest + 3,
      .last_capability = read_last_capability(),
      .has_cgroup = strcmp(rest[1], "-") != 0,
  };
  int devices = container.has_cgroup ? load_device_program(rest[2]) : -1;
  if (loop) {
    for (long left = atol(argv[2]); left > 0; left--) run_once(&container, rest[1], devices);
    return 0;
  }
  for (int byte = getchar(); byte != EOF; byte = getchar())
    if (byte == '\n') run_once(&container, rest[1], devices);
  return 0;
}
