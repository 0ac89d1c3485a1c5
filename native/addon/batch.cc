// batch: calls in order on a thread of the addon, stopping at the first that fails.
#include "batch.h"

#include <unistd.h>

#include "arguments.h"
#include "environment.h"
#include "functions.h"

namespace addon {

namespace {

class BatchJob : public Job {
 public:
  explicit BatchJob(std::vector<BatchCall> calls) : calls_(std::move(calls)), results_(calls_.size()) {}

  Outcome run() noexcept override {
    for (size_t i = 0; i < calls_.size(); ++i) {
      if (auto failure = carry_out(i)) {
        abandon();
        return failure;
      }
    }
    return {};
  }

  Napi::Value result(Napi::Env env) override {
    Napi::Array array = Napi::Array::New(env, results_.size());
    for (uint32_t i = 0; i < results_.size(); ++i) array.Set(i, to_value(env, results_[i]));
    return array;
  }

  void abandon() noexcept override {
    for (auto& result : results_) {
      if (result.is_descriptor && result.number >= 0) close(static_cast<int>(result.number));
      result.number = -1;
    }
  }

 private:
  Outcome carry_out(size_t index) {
    BatchCall& call = calls_[index];
    BatchResult* const given = referred(call.fd);
    resolve(call.fd);
    resolve(call.other_fd);
    results_[index].number = call.kind->run(call, results_[index]);
    if (results_[index].number < 0) {
      const int error = errno;
      return Failure{call.kind->name, error, call.path, static_cast<int>(index)};
    }
    // Closed by the batch itself: it is nobody's any more.
    if (given != nullptr && std::string_view(call.kind->name) == "close") given->number = -1;
    return {};
  }

  BatchResult* referred(int fd) {
    return fd <= kFirstResult ? &results_[static_cast<size_t>(kFirstResult - fd)] : nullptr;
  }

  void resolve(int& fd) {
    if (const BatchResult* result = referred(fd)) fd = static_cast<int>(result->number);
  }

  static Napi::Value to_value(Napi::Env env, const BatchResult& result) {
    if (result.is_bytes) return Napi::Buffer<uint8_t>::Copy(env, result.bytes.data(), result.bytes.size());
    return Napi::Number::New(env, static_cast<double>(result.number));
  }

  std::vector<BatchCall> calls_;
  std::vector<BatchResult> results_;
};

void check_reference(Napi::Env env, int fd, const std::vector<BatchCall>& earlier) {
  if (fd > kFirstResult) return;
  const auto index = static_cast<size_t>(kFirstResult - fd);
  if (index < earlier.size() && std::string_view(earlier[index].kind->name) == "openat2") return;
  throw Napi::TypeError::New(env, "libcontainer addon: call " + std::to_string(earlier.size()) +
                                      " of the batch refers to call " + std::to_string(index) +
                                      ", which is not an openat2 before it");
}

BatchCall to_call(const Napi::Value& value, const std::vector<BatchCall>& earlier) {
  const Napi::Object object = to_object(value, "a call of a batch");
  const std::string name = to_text(object.Get("call"), "call");
  BatchCall call;
  call.kind = find_batch_kind(name);
  if (call.kind == nullptr) throw Napi::TypeError::New(value.Env(), "libcontainer addon: no batch call '" + name + "'");
  call.kind->parse(object, call);
  check_reference(value.Env(), call.fd, earlier);
  check_reference(value.Env(), call.other_fd, earlier);
  return call;
}

}  // namespace

Napi::Value batch(const Napi::CallbackInfo& info) {
  if (!info[0].IsArray()) throw Napi::TypeError::New(info.Env(), "libcontainer addon: the calls must be an array");
  const auto array = info[0].As<Napi::Array>();
  std::vector<BatchCall> calls;
  calls.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) calls.push_back(to_call(array.Get(i), calls));
  return Environment::of(info.Env())->submit(std::make_unique<BatchJob>(std::move(calls)));
}

}  // namespace addon
