// SPDX-License-Identifier: MIT
#include "net/descriptors.h"

#include <sys/resource.h>

namespace net {

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const auto soft = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return soft;
    return limit.rlim_cur;
}

} // namespace net
