// What init knows while it runs a plan, and how an operation fails.
// In init, before and after pivot.
#pragma once

#include "plan.h"
#include "system_call.h"

namespace init {

enum class Result : bool { kFailed, kOk };

// A system call that must succeed, its name typed once: the value is its result; on failure the enclosing function
// returns with what the report needs. `subject` is the path or name the call is about.
#define TRY(subject, name, ...)                                    \
  ({                                                               \
    long result_ = SYS(name __VA_OPT__(, __VA_ARGS__));            \
    if (result_ < 0) return context.fail(result_, #name, subject); \
    result_;                                                       \
  })

// The same for a function that returns Result.
#define CHECK(call)                                    \
  do {                                                 \
    if ((call) != Result::kOk) return Result::kFailed; \
  } while (false)

struct Failure {
  int error = 0;
  const char* syscall = "";  // empty when no system call is at fault
  const char* subject = "";
  const char* message = "";
};

// Memory that is given out once and never taken back; untouched pages cost nothing.
class Arena {
 public:
  Arena(void* start, size_t size) : next_(static_cast<char*>(start)), end_(next_ + size) {}
  // Aligned to 8; never fails: what does not fit is mapped.
  void* take(size_t size);
  // Where the next piece will lie.
  uint8_t* next() const { return reinterpret_cast<uint8_t*>(next_); }

 private:
  char* next_;
  char* end_;
};

// Descriptors that an operation has no more use for. They are close-on-exec; an ordinary plan never has to close one
// before execve does, and a long one closes dozens with a few calls.
class Released {
 public:
  void add(int fd);
  void flush();
  // They are closed already.
  void forget() { numbers_ = 0; }
  // RLIMIT_NOFILE is now this.
  void obey(uint64_t limit);

 private:
  // A process starts with room for 64 descriptors, of which one operation needs a few.
  static constexpr int kRoom = 64, kSpare = 8;
  int highest_ = kRoom - kSpare;
  uint64_t numbers_ = 0;  // a bit for each
};

struct Context {
  explicit Context(Arena& memory) : arena(memory) {}

  Arena& arena;
  int control = wire::kControlFd;
  Plan plan;
  uint32_t index = wire::kNever;  // of the running operation

  int* slots = nullptr;
  int root = -1;               // the attached root: what paths inside the container are resolved in
  uint64_t root_mount = 0;     // its mount id
  int procfs = -1;             // a private one, see procfs.h
  int gate = -1;               // the start gate, once waitStart has run
  String text;                 // what came with the last proceed: standard input of hooks
  int mask_directory = -1;     // the tmpfs that hides directories, once one is hidden
  bool mask_attached = false;  // the null device's tree has been mounted once
  bool has_stdio = false;
  bool has_directory = false;     // changeDirectory has run
  bool has_capabilities = false;  // setCapabilities has run
  bool is_settled = false;        // settleDescriptors has run
  bool is_done = false;           // kDone has been sent: from here on the parent may be gone
  const char* executable = nullptr;
  const char* home = nullptr;        // `HOME=` and the directory, once findHome has run
  const char* listen_pid = nullptr;  // `LISTEN_PID=` and the number, once findListenPid has run

  // The directory of the last makeDevice or makeSymlink: /dev gets a dozen in a row.
  String parent_path;
  int parent = -1;
  // What a node made in it came out with exactly as asked for.
  struct {
    uint32_t mode, uid, gid;
  } parent_yields = {};

  Released released;
  Failure failure;

  // Result::kFailed, and what to report. `error` is −errno as a system call returns it. Out of line and with plain
  // pointers, since it is called everywhere.
  Result fail(long error, const char* syscall, const char* subject, const char* message = "");
  Result fail(long error, const char* syscall, String subject, const char* message = "") {
    return fail(error, syscall, subject.data, message);
  }

  // The descriptor in a slot; fails when there is none.
  Result descriptor(Slot slot, int& fd);
  // Fills a slot.
  void store(Slot slot, long fd) { slots[slot.index] = static_cast<int>(fd); }

  // Closes all but 0–2, the control socket, the start gate and the passed descriptors, which lie at `passed` and above.
  // Fails only where a filter keeps it from that: −errno.
  long closeRest(int passed, int also = -1);

  void release(long fd) { released.add(static_cast<int>(fd)); }
  // Any operation that changes what a path means lets go of the remembered directory.
  void forgetParent();

  // PATH_MAX bytes for one operation at a time.
  char* scratch();

 private:
  char* scratch_ = nullptr;
};

}  // namespace init
