// The master of a terminal, served by a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "descriptor.h"
#include "failure.h"

namespace addon {

// Copies between the master and one end of a socket pair until either is at its end. Node cannot do that itself: libuv
// keeps a master in blocking mode, and a write to one whose reader stands still would stop the event loop for good.
class Terminal {
 public:
  // `other` is the end of the pair for whoever reads and writes.
  static Outcome serve(Descriptor master, std::shared_ptr<Terminal>& terminal, Descriptor& other);

  // TIOCSWINSZ. Nothing happens once the terminal is gone.
  Outcome resize(uint16_t rows, uint16_t columns);

 private:
  void pump();
  void hang_up();

  std::mutex mutex_;  // of master_: its number may be another file's once it is closed
  Descriptor master_;
  Descriptor socket_;
};

}  // namespace addon
