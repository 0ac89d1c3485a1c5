// How the kernel schedules the addon's threads beside the JavaScript thread.
#pragma once

#include <sched.h>

namespace addon {

// A thread that is woken up takes the processor from the one that woke it, if the kernel finds it has waited longer: the
// JavaScript thread would stand still for a whole launch. SCHED_BATCH threads never do that (sched(7)).
inline void yield_to_waker() {
  constexpr sched_param none{};
  if (sched_getscheduler(0) == SCHED_OTHER) sched_setscheduler(0, SCHED_BATCH, &none);
}

// While it lives, what this thread starts is born with the policy of an ordinary thread. A policy that is inherited from
// whoever started the program stays.
class OrdinaryScheduling {
 public:
  OrdinaryScheduling() : was_batch_(sched_getscheduler(0) == SCHED_BATCH) { set(SCHED_OTHER); }
  ~OrdinaryScheduling() { set(SCHED_BATCH); }
  OrdinaryScheduling(const OrdinaryScheduling&) = delete;
  OrdinaryScheduling& operator=(const OrdinaryScheduling&) = delete;

 private:
  void set(int policy) const {
    constexpr sched_param none{};
    if (was_batch_) sched_setscheduler(0, policy, &none);
  }

  const bool was_batch_;
};

}  // namespace addon
