// Batches: read from JavaScript's bytes, carried out on a thread of the addon.
#include "batch.h"

#include <unistd.h>

#include <cstring>
#include <string_view>

#include "arguments.h"
#include "environment.h"
#include "functions.h"

namespace addon {

namespace {

// Descriptors -1000 and below stand for results.
constexpr int kFirstResult = -1000;

// Never goes past the end, whatever the bytes are.
class Reader {
 public:
  Reader(Napi::Env env, const std::vector<uint8_t>& bytes) : env_(env), bytes_(bytes) {}

  uint32_t word() {
    uint32_t value;
    memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }

  int descriptor() { return static_cast<int>(word()); }

  std::vector<uint8_t> data() {
    const uint32_t length = word();
    const uint8_t* start = take(length);
    return {start, start + length};
  }

  // Its NUL follows and is not counted; there is none inside.
  std::string text() {
    const uint32_t length = word();
    const auto* start = reinterpret_cast<const char*>(take(length));
    if (*take(1) != 0 || memchr(start, 0, length) != nullptr) refuse();
    return {start, length};
  }

  [[noreturn]] void refuse() { throw Napi::TypeError::New(env_, "libcontainer addon: this is not a batch"); }
  bool at_end() const { return offset_ == bytes_.size(); }

 private:
  const uint8_t* take(size_t length) {
    if (length > bytes_.size() - offset_) refuse();
    const uint8_t* start = bytes_.data() + offset_;
    offset_ += length;
    return start;
  }

  Napi::Env env_;
  const std::vector<uint8_t>& bytes_;
  size_t offset_ = 0;
};

BatchCall read_call(Reader& reader, size_t index) {
  BatchCall call;
  call.kind = find_batch_kind(reader.word());
  call.fd = reader.descriptor();
  call.path = reader.text();
  call.other_fd = reader.descriptor();
  call.other_path = reader.text();
  for (uint32_t& number : call.numbers) number = reader.word();
  call.data = reader.data();
  for (const int fd : {call.fd, call.other_fd}) {
    if (fd <= kFirstResult && static_cast<size_t>(kFirstResult - static_cast<long>(fd)) >= index) reader.refuse();
  }
  if (call.kind == nullptr) reader.refuse();
  return call;
}

class BatchJob : public Job {
 public:
  explicit BatchJob(Batch batch) : batch_(std::move(batch)) {}

  Outcome run() noexcept override { return batch_.run(); }
  Napi::Value result(Napi::Env env) override { return batch_.results(env); }
  void abandon() noexcept override { batch_.abandon(); }

 private:
  Batch batch_;
};

}  // namespace

Outcome Batch::run() noexcept {
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (auto failure = carry_out(i)) {
      abandon();
      return failure;
    }
  }
  return {};
}

void Batch::abandon() noexcept {
  for (auto& result : results_) {
    if (result.is_descriptor && result.number >= 0) close(static_cast<int>(result.number));
    result.number = -1;
  }
}

int Batch::resolve(int fd) const {
  return fd <= kFirstResult ? static_cast<int>(results_.at(static_cast<size_t>(kFirstResult - fd)).number) : fd;
}

Napi::Value Batch::results(Napi::Env env) const {
  Napi::Array array = Napi::Array::New(env, results_.size());
  for (uint32_t i = 0; i < results_.size(); ++i) {
    const BatchResult& result = results_[i];
    if (result.is_bytes) {
      array.Set(i, Napi::Buffer<uint8_t>::Copy(env, result.bytes.data(), result.bytes.size()));
    } else {
      array.Set(i, static_cast<double>(result.number));
    }
  }
  return array;
}

Outcome Batch::carry_out(size_t index) {
  BatchCall& call = calls_[index];
  BatchResult* const closed = call.fd <= kFirstResult && std::string_view(call.kind->name) == "close"
                                  ? &results_[static_cast<size_t>(kFirstResult - call.fd)]
                                  : nullptr;
  call.fd = resolve(call.fd);
  call.other_fd = resolve(call.other_fd);
  results_[index].number = call.kind->run(call, results_[index]);
  if (results_[index].number < 0) {
    const int error = errno;
    return Failure{call.kind->name, error, call.path, static_cast<int>(index)};
  }
  // Closed by the batch itself: it is nobody's any more.
  if (closed != nullptr) closed->number = -1;
  return {};
}

Batch decode_batch(const Napi::Value& value) {
  const std::vector<uint8_t> bytes = to_bytes(value, "batch");
  Reader reader(value.Env(), bytes);
  const uint32_t count = reader.word();
  std::vector<BatchCall> calls;
  for (uint32_t i = 0; i < count; ++i) calls.push_back(read_call(reader, i));
  if (!reader.at_end()) reader.refuse();
  return Batch(std::move(calls));
}

Napi::Value batch(const Napi::CallbackInfo& info) {
  return Environment::of(info.Env())->submit(std::make_unique<BatchJob>(decode_batch(info[0])));
}

}  // namespace addon
