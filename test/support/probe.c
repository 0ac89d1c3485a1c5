// The program that tests run in containers: tells as JSON what it finds there, or behaves as it is told.
//
//   probe report [PATH …]   everything below; for each PATH whether it can be written
//   probe exit CODE         probe crash (SIGSEGV)   probe wait (says "ready", then sleeps)
//   probe cat               probe fill BYTES        probe tree (a child and a grandchild, then waits)
//   probe handle            as wait; ends with 42 on SIGTERM
//   probe terminal          tells of its terminal, then of SIGWINCH; ends with 42 on SIGINT, with 43 on SIGHUP
//   probe notify            tells the service manager "READY=1" (sd_notify(3)), then waits
//   probe calls CALL …     the errno of each system call, given as NUMBER[,ARGUMENT …]
//   probe descriptors       what 3 and above hold, each read to its end
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void print_string(const char *text) {
  putchar('"');
  for (const unsigned char *at = (const unsigned char *)text; *at != 0; at++) {
    if (*at == '"' || *at == '\\') {
      printf("\\%c", *at);
    } else if (*at < 0x20) {
      printf("\\u%04x", *at);
    } else {
      putchar(*at);
    }
  }
  putchar('"');
}

static void print_list(const char *name, char **list) {
  printf(",\"%s\":[", name);
  for (char **at = list; *at != NULL; at++) {
    if (at != list) putchar(',');
    print_string(*at);
  }
  putchar(']');
}

// A file's text, or null: what is masked or missing cannot be read.
static void print_file(const char *name, const char *path) {
  static char text[1 << 20];
  printf(",\"%s\":", name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  ssize_t count = fd < 0 ? -1 : 0;
  while (fd >= 0 && (count = read(fd, text + length, sizeof text - 1 - length)) > 0) length += (size_t)count;
  if (fd >= 0) close(fd);
  text[length] = 0;
  if (count < 0) {
    printf("null");
  } else {
    print_string(text);
  }
}

static void print_links(const char *name, const char *directory) {
  DIR *listing = opendir(directory);
  printf(",\"%s\":{", name);
  const char *separator = "";
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
    char path[512];
    char target[4096];
    // Not the descriptor that reads the directory.
    if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(listing)) continue;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    printf("%s", separator);
    print_string(entry->d_name);
    putchar(':');
    print_string(target);
    separator = ",";
  }
  if (listing != NULL) closedir(listing);
  putchar('}');
}

static void print_directory(const char *name, const char *directory) {
  DIR *listing = opendir(directory);
  printf(",\"%s\":[", name);
  const char *separator = "";
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    printf("%s", separator);
    print_string(entry->d_name);
    separator = ",";
  }
  if (listing != NULL) closedir(listing);
  putchar(']');
}

static void print_user(void) {
  uid_t uid[3];
  gid_t gid[3];
  gid_t groups[256];
  getresuid(&uid[0], &uid[1], &uid[2]);
  getresgid(&gid[0], &gid[1], &gid[2]);
  int count = getgroups(256, groups);
  printf(",\"uids\":[%u,%u,%u],\"gids\":[%u,%u,%u],\"groups\":[", uid[0], uid[1], uid[2], gid[0], gid[1], gid[2]);
  for (int i = 0; i < count; i++) printf("%s%u", i == 0 ? "" : ",", groups[i]);
  mode_t mask = umask(0);
  umask(mask);
  printf("],\"umask\":%u", mask);
}

static void print_rlimits(void) {
  printf(",\"rlimits\":{");
  for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
    struct rlimit limit;
    getrlimit((__rlimit_resource_t)resource, &limit);
    // As text: infinity is beyond what JSON's readers take for a number.
    printf("%s\"%d\":[\"%llu\",\"%llu\"]", resource == 0 ? "" : ",", resource, (unsigned long long)limit.rlim_cur,
           (unsigned long long)limit.rlim_max);
  }
  putchar('}');
}

static void print_scheduling(void) {
  struct sched {
    unsigned size, policy;
    unsigned long long flags;
    int nice;
    unsigned priority;
    unsigned long long runtime, deadline, period;
  } attributes;
  memset(&attributes, 0, sizeof attributes);
  syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0);
  printf(",\"scheduler\":{\"policy\":%u,\"flags\":%llu,\"nice\":%d,\"priority\":%u,\"runtime\":%llu,\"deadline\":%llu,"
         "\"period\":%llu}",
         attributes.policy, attributes.flags, attributes.nice, attributes.priority, attributes.runtime,
         attributes.deadline, attributes.period);
  printf(",\"ioPriority\":%ld", syscall(SYS_ioprio_get, 1, 0));
  int mode = -1;
  unsigned long nodes[16] = {0};
  syscall(SYS_get_mempolicy, &mode, nodes, sizeof nodes * 8, 0, 0);
  printf(",\"memoryPolicy\":{\"mode\":%d,\"nodes\":%lu}", mode, nodes[0]);
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  sched_getaffinity(0, sizeof cpus, &cpus);
  printf(",\"cpus\":[");
  const char *separator = "";
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &cpus)) continue;
    printf("%s%d", separator, cpu);
    separator = ",";
  }
  printf("],\"personality\":%d", personality(0xffffffff));
}

// Its number and description, as keyctl(2) has them: type;uid;gid;permissions;name.
static void print_session_keyring(void) {
  char text[256] = "";
  long number = syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3 /* KEY_SPEC_SESSION_KEYRING */, 0);
  long length = syscall(SYS_keyctl, 6 /* KEYCTL_DESCRIBE */, -3, text, sizeof text);
  unsigned keys[64];
  long bytes = syscall(SYS_keyctl, 11 /* KEYCTL_READ */, -3, keys, sizeof keys);
  printf(",\"sessionKeyring\":{\"number\":%ld,\"keys\":%ld,\"description\":", number,
         bytes < 0 ? bytes : bytes / (long)sizeof keys[0]);
  print_string(length < 0 ? "" : text);
  putchar('}');
}

static void print_clocks(void) {
  struct timespec monotonic, boottime;
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  clock_gettime(CLOCK_BOOTTIME, &boottime);
  printf(",\"clocks\":{\"monotonic\":%lld,\"boottime\":%lld}", (long long)monotonic.tv_sec,
         (long long)boottime.tv_sec);
}

static void print_loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int flags = fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0 ? 0 : request.ifr_flags;
  if (fd >= 0) close(fd);
  printf(",\"loopbackUp\":%s", (flags & IFF_UP) != 0 ? "true" : "false");
}

static void print_device_nodes(void) {
  DIR *listing = opendir("/dev");
  printf(",\"devices\":{");
  const char *separator = "";
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
    char path[512];
    struct stat info;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    if (lstat(path, &info) != 0 || (!S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode) && !S_ISFIFO(info.st_mode))) {
      continue;
    }
    printf("%s\"%s\":{\"mode\":%u,\"major\":%u,\"minor\":%u,\"uid\":%u,\"gid\":%u,\"opens\":", separator, entry->d_name,
           info.st_mode, major(info.st_rdev), minor(info.st_rdev), info.st_uid, info.st_gid);
    int fd = S_ISCHR(info.st_mode) ? open(path, O_RDWR | O_CLOEXEC | O_NOCTTY) : -1;
    if (fd >= 0) close(fd);
    printf("%s}", fd >= 0 ? "true" : "false");
    separator = ",";
  }
  if (listing != NULL) closedir(listing);
  putchar('}');
}

// Of each path: who owns it and what it is; null when it is not there.
static void print_stats(char **paths) {
  printf(",\"stats\":{");
  for (char **path = paths; *path != NULL; path++) {
    struct stat info;
    if (path != paths) putchar(',');
    print_string(*path);
    if (lstat(*path, &info) != 0) {
      printf(":null");
      continue;
    }
    printf(":{\"mode\":%u,\"uid\":%u,\"gid\":%u,\"size\":%lld}", info.st_mode, info.st_uid, info.st_gid,
           (long long)info.st_size);
  }
  putchar('}');
}

// null: it can be written (a directory: a file can be made in it); else the errno's name.
static void print_writable(char **paths) {
  printf(",\"writes\":{");
  for (char **path = paths; *path != NULL; path++) {
    char name[4096];
    struct stat info;
    int is_directory = stat(*path, &info) == 0 && S_ISDIR(info.st_mode);
    snprintf(name, sizeof name, is_directory ? "%s/written-by-probe" : "%s", *path);
    int fd = open(name, is_directory ? O_WRONLY | O_CREAT | O_CLOEXEC : O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
    if (path != paths) putchar(',');
    print_string(*path);
    putchar(':');
    if (fd < 0) {
      print_string(strerrorname_np(errno));
    } else {
      printf("null");
      close(fd);
    }
  }
  putchar('}');
}

static int report(char **argv) {
  char text[4096];
  printf("{\"pid\":%d,\"ppid\":%d,\"session\":%d", getpid(), getppid(), getsid(0));
  print_list("args", argv);
  print_list("env", environ);
  printf(",\"cwd\":");
  print_string(getcwd(text, sizeof text) == NULL ? "" : text);
  gethostname(text, sizeof text);
  printf(",\"hostname\":");
  print_string(text);
  text[0] = 0;
  if (getdomainname(text, sizeof text) != 0) text[0] = 0;
  printf(",\"domainname\":");
  print_string(text);
  print_user();
  print_rlimits();
  print_scheduling();
  print_session_keyring();
  print_clocks();
  print_loopback();
  print_links("namespaces", "/proc/self/ns");
  print_links("fds", "/proc/self/fd");
  print_file("status", "/proc/self/status");
  print_file("mountinfo", "/proc/self/mountinfo");
  print_file("oomScoreAdj", "/proc/self/oom_score_adj");
  print_file("cgroup", "/proc/self/cgroup");
  print_file("kcore", "/proc/kcore");
  print_file("timerList", "/proc/timer_list");
  print_file("somaxconn", "/proc/sys/net/core/somaxconn");
  print_file("uidMap", "/proc/self/uid_map");
  print_file("gidMap", "/proc/self/gid_map");
  print_directory("root", "/");
  print_directory("proc", "/proc");
  print_directory("links", "/sys/class/net");
  print_directory("firmware", "/sys/firmware");
  print_device_nodes();
  print_stats(argv + 2);
  print_writable(argv + 2);
  printf("}\n");
  return 0;
}

static _Noreturn void wait_for_ever(void) {
  printf("ready\n");
  fflush(stdout);
  for (;;) pause();
}

static void end_with_42(int signal) {
  (void)signal;
  _exit(42);
}

static int copy(void) {
  char buffer[65536];
  for (ssize_t count; (count = read(0, buffer, sizeof buffer)) > 0;) {
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(1, buffer + done, (size_t)(count - done));
      if (written < 0) return errno;
      done += written;
    }
  }
  return 0;
}

// Every byte tells its place: i mod 251, which no power of two is a multiple of.
static int fill(unsigned long long bytes) {
  static unsigned char buffer[251 * 256];
  for (size_t i = 0; i < sizeof buffer; i++) buffer[i] = (unsigned char)(i % 251);
  while (bytes > 0) {
    size_t wanted = bytes < sizeof buffer ? (size_t)bytes : sizeof buffer;
    for (size_t done = 0; done < wanted;) {
      ssize_t written = write(1, buffer + done, wanted - done);
      if (written < 0) return errno;
      done += (size_t)written;
    }
    bytes -= wanted;
  }
  return 0;
}

static int tree(void) {
  if (fork() == 0) {
    if (fork() == 0) wait_for_ever();
    for (;;) pause();
  }
  for (;;) pause();
}

// Processes that all want the same processor.
static int spin(int count) {
  cpu_set_t cpus;
  int cpu = 0;
  sched_getaffinity(0, sizeof cpus, &cpus);
  while (!CPU_ISSET(cpu, &cpus)) cpu++;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
  while (--count > 0 && fork() != 0) continue;
  for (volatile unsigned long turns = 0;; turns++) continue;
}

// Processes that make processes, as many as they are let, and come back as they are killed one by one.
static int bomb(int most) {
  for (int count = 1; count < most; count++) {
    if (fork() == 0) break;
  }
  for (;;) {
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
  }
}

static struct winsize terminal_size(void) {
  struct winsize size = {0};
  ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
  return size;
}

static void tell_size(int signal) {
  (void)signal;
  char text[64];
  struct winsize size = terminal_size();
  int length = snprintf(text, sizeof text, "size %ux%u\n", size.ws_col, size.ws_row);
  if (write(STDOUT_FILENO, text, (size_t)length) < 0) _exit(1);
}

static void end_with_43(int signal) {
  (void)signal;
  _exit(43);
}

static int terminal(void) {
  signal(SIGWINCH, tell_size);
  signal(SIGINT, end_with_42);
  signal(SIGHUP, end_with_43);
  printf("{\"names\":[");
  for (int fd = 0; fd < 3; fd++) {
    if (fd > 0) putchar(',');
    print_string(isatty(fd) ? ttyname(fd) : "");
  }
  struct stat info = {0};
  struct stat console = {0};
  fstat(STDIN_FILENO, &info);
  int has_console = stat("/dev/console", &console) == 0 && console.st_rdev == info.st_rdev;
  int controlling = open("/dev/tty", O_RDWR | O_CLOEXEC);
  struct winsize size = terminal_size();
  printf("],\"session\":%d,\"ownSession\":%d,\"foreground\":%d,\"group\":%d,\"controlling\":%s,\"console\":%s",
         tcgetsid(STDIN_FILENO), getsid(0), tcgetpgrp(STDIN_FILENO), getpgrp(), controlling < 0 ? "false" : "true",
         has_console ? "true" : "false");
  printf(",\"columns\":%u,\"rows\":%u,\"uid\":%u,\"gid\":%u,\"mode\":%u}\n", size.ws_col, size.ws_row, info.st_uid,
         info.st_gid, info.st_mode & 07777);
  fflush(stdout);
  for (;;) pause();
}

static int descriptors(void) {
  print_links("fds", "/proc/self/fd");
  for (int fd = 3; fd < 8; fd++) {
    char text[4096];
    ssize_t length = read(fd, text, sizeof text - 1);
    if (length < 0) continue;
    text[length] = 0;
    printf(",\"%d\":", fd);
    print_string(text);
  }
  return 0;
}

static int notify(void) {
  const char *path = getenv("NOTIFY_SOCKET");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (path == NULL || strlen(path) >= sizeof address.sun_path) return 1;
  strcpy(address.sun_path, path);
  int channel = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sendto(channel, "READY=1", 7, 0, (struct sockaddr *)&address, sizeof address) != 7) {
    perror("notify");
    return 1;
  }
  wait_for_ever();
  return 0;
}

// Each NUMBER[,ARGUMENT …] is a system call; told is the errno of each, 0 for none.
static int calls(char **list) {
  putchar('[');
  for (char **at = list; *at != NULL; at++) {
    long words[7] = {0};
    char *rest = *at;
    for (int i = 0; i < 7 && *rest != 0; i++) {
      words[i] = (long)strtoull(rest, &rest, 0);
      if (*rest == ',') rest++;
    }
    long result = syscall(words[0], words[1], words[2], words[3], words[4], words[5], words[6]);
    printf("%s%d", at == list ? "" : ",", result < 0 ? errno : 0);
  }
  puts("]");
  return 0;
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "report";
  const char *value = argc > 2 ? argv[2] : "0";
  if (strcmp(command, "report") == 0) return report(argv);
  if (strcmp(command, "exit") == 0) return atoi(value);
  if (strcmp(command, "wait") == 0) wait_for_ever();
  if (strcmp(command, "cat") == 0) return copy();
  if (strcmp(command, "fill") == 0) return fill(strtoull(value, NULL, 10));
  if (strcmp(command, "tree") == 0) return tree();
  if (strcmp(command, "spin") == 0) return spin(atoi(value));
  if (strcmp(command, "bomb") == 0) return bomb(atoi(value));
  if (strcmp(command, "calls") == 0) return calls(argv + 2);
  if (strcmp(command, "terminal") == 0) return terminal();
  if (strcmp(command, "notify") == 0) return notify();
  if (strcmp(command, "descriptors") == 0) {
    printf("{\"pid\":%d", getpid());
    print_list("env", environ);
    descriptors();
    puts("}");
    return 0;
  }
  if (strcmp(command, "handle") == 0) {
    signal(SIGTERM, end_with_42);
    wait_for_ever();
  }
  // The first process of a pid namespace is spared by signals it sends itself, not by its own faults.
  if (strcmp(command, "crash") == 0) *(volatile int *)16 = 0;
  fprintf(stderr, "probe: unknown command %s\n", command);
  return 64;
}
