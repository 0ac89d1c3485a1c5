// The operation that finds a user's home directory.
// In init, after pivot.
#include "ops.gen.h"
#include "root_path.h"

namespace init {

namespace {

constexpr char kPrefix[] = "HOME=";
constexpr size_t kPrefixLength = sizeof kPrefix - 1;

// The container's file may be of any size; its users are not.
constexpr int kMostReads = 4096;

// passwd(5), a byte at a time: name, password, uid, gid, comment, home, shell.
class PasswdScan {
 public:
  // `home` has room for PATH_MAX bytes.
  PasswdScan(uint32_t uid, char* home) : wanted_(uid), home_(home) {}

  // true once the user's line has told his home.
  bool feed(char byte) {
    if (byte == '\n') return endLine();
    if (byte == ':') return endField();
    if (field_ == kUid) {
      const unsigned digit = static_cast<unsigned char>(byte) - '0';
      if (digit > 9 || uid_ > ~uint32_t{0}) is_number_ = false;
      uid_ = uid_ * 10 + digit;
      digits_++;
    }
    if (field_ == kHome && is_user_) {
      if (length_ + 1 >= PATH_MAX || byte == 0) return false;
      home_[length_++] = byte;
    }
    return false;
  }

  // The file may end without a newline.
  bool endLine() {
    const bool found = is_user_ && field_ >= kHome;
    if (!found) *this = PasswdScan(wanted_, home_);
    return found;
  }

  size_t length() const { return length_; }

 private:
  enum Field { kUid = 2, kHome = 5 };

  bool endField() {
    if (field_ == kUid) is_user_ = is_number_ && digits_ > 0 && uid_ == wanted_;
    if (field_ == kHome && is_user_) return true;
    field_++;
    return false;
  }

  uint32_t wanted_;
  char* home_;
  int field_ = 0;
  uint64_t uid_ = 0;
  int digits_ = 0;
  bool is_number_ = true;
  bool is_user_ = false;
  size_t length_ = 0;
};

bool isRegular(Context& context, int fd) {
  kernel::Status status;
  return statusOf(context, fd, STATX_TYPE, status, "") == Result::kOk && (status.mode & S_IFMT) == S_IFREG;
}

// The length of the home directory written to `home`; 0 when the file tells none.
size_t findHome(Context& context, uint32_t uid, char* home) {
  // Not what waits or acts when it is opened: the file is the container's own.
  const long fd = openScoped(AT_FDCWD, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, kernel::kResolveNoMagiclinks);
  if (fd < 0) return 0;
  bool found = false;
  PasswdScan scan(uid, home);
  if (isRegular(context, static_cast<int>(fd))) {
    char bytes[1024];
    long length = 0;
    for (int reads = 0; !found && reads < kMostReads; reads++) {
      length = SYS(read, fd, bytes, sizeof bytes);
      if (length <= 0) break;
      for (long i = 0; !found && i < length; i++) found = scan.feed(bytes[i]);
    }
    if (!found && length == 0) found = scan.endLine();
  }
  context.release(fd);
  return found ? scan.length() : 0;
}

}  // namespace

Result run(Context& context, const OpFindHome& op) {
  char* text = static_cast<char*>(context.arena.take(kPrefixLength + PATH_MAX));
  __builtin_memcpy(text, kPrefix, kPrefixLength);
  size_t length = findHome(context, op.uid, text + kPrefixLength);
  if (length == 0) text[kPrefixLength + length++] = '/';
  text[kPrefixLength + length] = 0;
  context.home = text;
  return Result::kOk;
}

}  // namespace init
