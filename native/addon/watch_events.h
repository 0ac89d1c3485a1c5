// What the epoll thread tells JavaScript.
#pragma once

#include <memory>
#include <vector>

#include "descriptor.h"
#include "environment.h"
#include "exit_status.h"

namespace addon {

class WatchEvent : public Event {
 public:
  explicit WatchEvent(std::shared_ptr<Watch> watch) : watch_(std::move(watch)) {}
  void deliver(Napi::Env env) final;

 protected:
  // The last event of its watch.
  virtual bool ends() const = 0;
  virtual Napi::Value argument(Napi::Env env) const = 0;
  // A descriptor that JavaScript owns from now on; −1 for none.
  virtual int take_descriptor() { return -1; }

 private:
  std::shared_ptr<Watch> watch_;
};

// A frame of init, or what a file holds now; without bytes: there is no more to come.
class BytesEvent : public WatchEvent {
 public:
  explicit BytesEvent(std::shared_ptr<Watch> watch) : WatchEvent(std::move(watch)) {}
  BytesEvent(std::shared_ptr<Watch> watch, const uint8_t* bytes, size_t size, Descriptor descriptor = {})
      : WatchEvent(std::move(watch)), bytes_(bytes, bytes + size), descriptor_(std::move(descriptor)) {}

 private:
  bool ends() const override { return bytes_.empty(); }
  Napi::Value argument(Napi::Env env) const override;
  int take_descriptor() override { return descriptor_.release(); }

  std::vector<uint8_t> bytes_;
  Descriptor descriptor_;
};

class ExitEvent : public WatchEvent {
 public:
  ExitEvent(std::shared_ptr<Watch> watch, const ExitStatus& status) : WatchEvent(std::move(watch)), status_(status) {}

 private:
  bool ends() const override { return true; }
  Napi::Value argument(Napi::Env env) const override;

  ExitStatus status_;
};

// JavaScript thread: the callback is not called any more. Idempotent.
void end_watch(Environment& environment, const std::shared_ptr<Watch>& watch);

}  // namespace addon
