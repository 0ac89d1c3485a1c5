// Failures as JavaScript errors, and the names of errno values.
#include "errors.h"

#include <cstring>

namespace addon {

namespace {

// strerrorname_np would do, but needs glibc 2.32 and does not exist in musl.
const char* known_name(int error) {
#define NAME(name) \
  case name:       \
    return #name;
  switch (error) {
    // clang-format off
      NAME(EPERM) NAME(ENOENT) NAME(ESRCH) NAME(EINTR) NAME(EIO) NAME(ENXIO) NAME(E2BIG) NAME(ENOEXEC) NAME(EBADF)
      NAME(ECHILD) NAME(EAGAIN) NAME(ENOMEM) NAME(EACCES) NAME(EFAULT) NAME(ENOTBLK) NAME(EBUSY) NAME(EEXIST)
      NAME(EXDEV) NAME(ENODEV) NAME(ENOTDIR) NAME(EISDIR) NAME(EINVAL) NAME(ENFILE) NAME(EMFILE) NAME(ENOTTY)
      NAME(ETXTBSY) NAME(EFBIG) NAME(ENOSPC) NAME(ESPIPE) NAME(EROFS) NAME(EMLINK) NAME(EPIPE) NAME(EDOM) NAME(ERANGE)
      NAME(EDEADLK) NAME(ENAMETOOLONG) NAME(ENOLCK) NAME(ENOSYS) NAME(ENOTEMPTY) NAME(ELOOP) NAME(ENOMSG) NAME(EIDRM)
      NAME(ENOSTR) NAME(ENODATA) NAME(ETIME) NAME(ENOSR) NAME(ENOPKG) NAME(EREMOTE) NAME(ENOLINK) NAME(EPROTO)
      NAME(EMULTIHOP) NAME(EBADMSG) NAME(EOVERFLOW) NAME(ENOTUNIQ) NAME(EBADFD) NAME(EREMCHG) NAME(EILSEQ)
      NAME(ERESTART) NAME(EUSERS) NAME(ENOTSOCK) NAME(EDESTADDRREQ) NAME(EMSGSIZE) NAME(EPROTOTYPE) NAME(ENOPROTOOPT)
      NAME(EPROTONOSUPPORT) NAME(ESOCKTNOSUPPORT) NAME(EOPNOTSUPP) NAME(EPFNOSUPPORT) NAME(EAFNOSUPPORT)
      NAME(EADDRINUSE) NAME(EADDRNOTAVAIL) NAME(ENETDOWN) NAME(ENETUNREACH) NAME(ENETRESET) NAME(ECONNABORTED)
      NAME(ECONNRESET) NAME(ENOBUFS) NAME(EISCONN) NAME(ENOTCONN) NAME(ESHUTDOWN) NAME(ETOOMANYREFS) NAME(ETIMEDOUT)
      NAME(ECONNREFUSED) NAME(EHOSTDOWN) NAME(EHOSTUNREACH) NAME(EALREADY) NAME(EINPROGRESS) NAME(ESTALE)
      NAME(EUCLEAN) NAME(EREMOTEIO) NAME(EDQUOT) NAME(ENOMEDIUM) NAME(EMEDIUMTYPE) NAME(ECANCELED) NAME(ENOKEY)
      NAME(EKEYEXPIRED) NAME(EKEYREVOKED) NAME(EKEYREJECTED) NAME(EOWNERDEAD) NAME(ENOTRECOVERABLE) NAME(ERFKILL)
      NAME(EHWPOISON)
    // clang-format on
  }
#undef NAME
  return nullptr;
}

}  // namespace

std::string error_name(int error) {
  const char* name = known_name(error);
  return name != nullptr ? name : std::string("E").append(std::to_string(error));
}

Napi::Error to_error(Napi::Env env, const Failure& failure) {
  const std::string code = error_name(failure.error);
  std::string message = failure.syscall + ": " + code + " (" + strerror(failure.error) + ")";
  if (!failure.path.empty()) message += ": " + failure.path;
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("syscall", Napi::String::New(env, failure.syscall));
  error.Set("code", Napi::String::New(env, code));
  error.Set("errno", Napi::Number::New(env, failure.error));
  if (!failure.path.empty()) error.Set("path", Napi::String::New(env, failure.path));
  if (failure.index >= 0) error.Set("index", Napi::Number::New(env, failure.index));
  return error;
}

void throw_failure(Napi::Env env, const Failure& failure) {
  throw to_error(env, failure);
}

int checked(Napi::Env env, int result, const char* syscall, const std::string& path) {
  if (result < 0) throw_failure(env, failed(syscall, path));
  return result;
}

}  // namespace addon
