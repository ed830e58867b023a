// SPDX-License-Identifier: MIT
#include "net/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#ifdef __has_feature  // clang's; GCC says it by the name itself
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

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
