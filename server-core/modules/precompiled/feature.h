// SPDX-License-Identifier: MIT
// What every feature includes, compiled once: a third of the time that modules/ takes.
#include "routing/feature.h"
