// SPDX-License-Identifier: GPL-2.0-or-later
// Service discovery (XEP-0030): what others say of themselves.
#pragma once
#include "purple-plugin/purple_handles.h"

#include <string>
#include <vector>

namespace purple_plugin {

// The questions, to be asked.
Node disco_info(const std::string& of);
Node disco_items(const std::string& of);

// Whether `answer`, which may be null or an error, names the feature.
bool has_feature(const xmlnode* answer, const char* feature);

// The addresses in an answer to disco_items, at most `most`.
std::vector<std::string> items_in(const xmlnode* answer, std::size_t most);

// The value of a field in the form of that type (XEP-0128); empty where there is none.
std::string form_value(const xmlnode* answer, const std::string& form_type, const std::string& field);

} // namespace purple_plugin
