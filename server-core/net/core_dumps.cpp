// SPDX-License-Identifier: MIT
#include "net/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace net {

void forbid_core_dumps() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // whose leak check reads this process from another
    // A collector behind a pipe (core_pattern) does not ask for the limit.
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

}  // namespace net
