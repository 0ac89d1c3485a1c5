// The calls of a batch: how each is read from JavaScript and carried out.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

namespace addon {

struct BatchCall;

// What a call gave: a number, for openat2 a descriptor, for read bytes.
struct BatchResult {
  long number = 0;
  bool is_descriptor = false;
  bool is_bytes = false;
  std::vector<uint8_t> bytes;
};

struct BatchKind {
  const char* name;
  void (*parse)(const Napi::Object& object, BatchCall& call);
  // -1 with errno set when it failed. `fd` and `other_fd` of the call are resolved.
  long (*run)(const BatchCall& call, BatchResult& result);
};

struct BatchCall {
  const BatchKind* kind = nullptr;
  int fd = -1;  // below -999: the result of an earlier call
  std::string path;
  int other_fd = -1;
  std::string other_path;
  uint64_t numbers[3] = {};
  std::vector<uint8_t> data;
};

// Descriptors -1000 and below stand for results.
constexpr int kFirstResult = -1000;

const BatchKind* find_batch_kind(const std::string& name);

}  // namespace addon
