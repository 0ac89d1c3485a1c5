// How the kernel schedules the addon's threads beside the JavaScript thread.
#pragma once

#include <sched.h>

namespace addon {

// Whether this thread was made a SCHED_BATCH one; its children make themselves ordinary again. A policy inherited from
// whoever started the program stays.
inline thread_local bool yields_to_waker = false;

// A thread that is woken up takes the processor from the one that woke it, if the kernel finds it has waited longer: the
// JavaScript thread would stand still for a whole launch. SCHED_BATCH threads never do that (sched(7)).
inline void yield_to_waker() {
  constexpr sched_param none{};
  yields_to_waker = sched_getscheduler(0) == SCHED_OTHER && sched_setscheduler(0, SCHED_BATCH, &none) == 0;
}

}  // namespace addon
