// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with organisation.conf, as the user reads it to his administrator: base/organisation says it in English.
#pragma once
#include "base/organisation.h"
#include "purple-plugin/words.h"

#include <string>

namespace purple_plugin {

std::string mistake_text(const base::SettingError& mistake, Language language);

} // namespace purple_plugin
