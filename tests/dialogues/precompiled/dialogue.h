// SPDX-License-Identifier: MIT
// What every dialogue includes, compiled once: more than half of the time that dialogues take.
#include "support/test_host.h"

#include <doctest/doctest.h>
