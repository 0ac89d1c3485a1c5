// filtered FILTER CALL ARGUMENT ROUNDS: how long a system call takes under a seccomp filter, in nanoseconds. FILTER holds
// struct sock_filter as it is loaded; an empty one means none.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 5) return 64;
  static struct sock_filter filter[4096];
  const int file = open(argv[1], O_RDONLY);
  const ssize_t size = read(file, filter, sizeof filter);
  if (size < 0) return 1;
  struct sock_fprog program = {.len = (unsigned short)((size_t)size / sizeof *filter), .filter = filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (size > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) != 0) return 2;
  const long call = atol(argv[2]);
  const long argument = strtol(argv[3], NULL, 0);
  const long rounds = atol(argv[4]);
  for (long i = 0; i < rounds / 10; i++) syscall(call, argument);
  const double start = now();
  for (long i = 0; i < rounds; i++) syscall(call, argument);
  printf("%.2f\n", (now() - start) / (double)rounds);
  return 0;
}
