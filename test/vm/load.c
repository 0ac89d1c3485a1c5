// What tests run in containers with limits: uses up one thing.
//
//   load memory BYTES     touches that much, says "done", waits
//   load processes COUNT  forks that many, says how many there are, waits
//   load spin             computes for ever
//   load devices NODES    for each device node there: its name, and what may be done, of r, w and m (make one like it)
//   load write PATH BYTES writes past the page cache, says "done"; load huge BYTES  maps huge pages, and uses them
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *text) {
  puts(text);
  fflush(stdout);
}

static int use_memory(size_t bytes, int flags) {
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (memory == MAP_FAILED) {
    say(strerror(errno));
    return 1;
  }
  for (size_t at = 0; at < bytes; at += 4096) memory[at] = 1;
  say("done");
  for (;;) pause();
}

static int use_processes(int count) {
  int made = 0;
  while (made < count) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) {
      for (;;) pause();
    }
    made++;
  }
  printf("%d %s\n", made, made < count ? strerror(errno) : "");
  fflush(stdout);
  for (;;) pause();
}

static int write_directly(const char *path, size_t bytes) {
  enum { BLOCK = 65536 };
  int file = open(path, O_WRONLY | O_DIRECT);
  void *block = NULL;
  if (file < 0 || posix_memalign(&block, 4096, BLOCK) != 0) {
    say(strerror(errno));
    return 1;
  }
  memset(block, 1, BLOCK);
  for (size_t done = 0; done < bytes; done += BLOCK) {
    if (pwrite(file, block, BLOCK, (off_t)done) != BLOCK) return 1;
  }
  say("done");
  return 0;
}

static int may_open(const char *path, int flags) {
  int file = open(path, flags | O_NONBLOCK);
  int may = file >= 0 || (errno != EPERM && errno != EACCES);
  if (file >= 0) close(file);
  return may;
}

static int may_make(const char *path, const struct stat *like) {
  int may = mknod(path, like->st_mode, like->st_rdev) == 0;
  if (may) unlink(path);
  return may;
}

static int try_devices(const char *directory) {
  struct dirent **entries;
  int count = scandir(directory, &entries, NULL, alphasort);
  for (int index = 0; index < count; index++) {
    char path[512], copy[512];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", directory, entries[index]->d_name);
    snprintf(copy, sizeof copy, "/tmp/%s", entries[index]->d_name);
    if (stat(path, &status) < 0 || !(S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))) continue;
    printf("%s ", entries[index]->d_name);
    printf("%s%s%s\n", may_open(path, O_RDONLY) ? "r" : "", may_open(path, O_WRONLY) ? "w" : "",
           may_make(copy, &status) ? "m" : "");
  }
  return count < 0;
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "";
  const char *value = argc > 2 ? argv[2] : "0";
  if (strcmp(command, "memory") == 0) return use_memory(strtoull(value, NULL, 10), 0);
  if (strcmp(command, "huge") == 0) return use_memory(strtoull(value, NULL, 10), MAP_HUGETLB);
  if (strcmp(command, "processes") == 0) return use_processes(atoi(value));
  if (strcmp(command, "devices") == 0) return try_devices(value);
  if (strcmp(command, "write") == 0 && argc > 3) return write_directly(value, strtoull(argv[3], NULL, 10));
  if (strcmp(command, "spin") == 0) {
    for (volatile unsigned long turns = 0;; turns++) continue;
  }
  return 2;
}
