// Batches: system calls in order, stopping at the first that fails. lib/batch.ts writes them.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "failure.h"

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
  // -1 with errno set when it failed. `fd` and `other_fd` of the call are resolved.
  long (*run)(const BatchCall& call, BatchResult& result);
};

struct BatchCall {
  const BatchKind* kind = nullptr;
  int fd = -1;  // below -999: the result of an earlier call
  std::string path;
  int other_fd = -1;
  std::string other_path;
  uint32_t numbers[3] = {};
  std::vector<uint8_t> data;
};

// By wire number; nullptr for one that does not exist.
const BatchKind* find_batch_kind(uint32_t number);

class Batch {
 public:
  Batch() = default;
  explicit Batch(std::vector<BatchCall> calls) : calls_(std::move(calls)), results_(calls_.size()) {}

  // A thread of the addon. After a failure nothing that it opened is open.
  Outcome run() noexcept;
  // Closes what it opened.
  void abandon() noexcept;
  // The descriptor behind a reference to a result; any other number stays.
  int resolve(int fd) const;
  // JavaScript thread: the descriptors are JavaScript's from here on.
  Napi::Value results(Napi::Env env) const;

 private:
  Outcome carry_out(size_t index);

  std::vector<BatchCall> calls_;
  std::vector<BatchResult> results_;
};

// JavaScript thread. TypeError for bytes that lib/batch.ts cannot have written.
Batch decode_batch(const Napi::Value& bytes);

}  // namespace addon
