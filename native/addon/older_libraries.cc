// Lets an addon built on a new distribution load on an older one (glibc 2.28, libstdc++ of GCC 9), whose libraries lack
// two symbols that compilers of today refer to. Defined here and hidden, they are not imported.
#include <new>

// std::shared_ptr asks this variable, new in glibc 2.32, whether it may count without atomic instructions. In Node it
// never may.
extern "C" __attribute__((visibility("hidden"))) char __libc_single_threaded;
char __libc_single_threaded = 0;

namespace std {

// What allocators call for an impossible size, new in GCC 11.
[[noreturn]] __attribute__((visibility("hidden"))) void __throw_bad_array_new_length();
void __throw_bad_array_new_length() {
  throw bad_array_new_length();
}

}  // namespace std
