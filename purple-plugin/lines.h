// SPDX-License-Identifier: GPL-2.0-or-later
// Sentences in windows: Finch writes each in one line and cuts what does not fit on the terminal.
#pragma once
#include <cstddef>
#include <string>

namespace purple_plugin {

// `sentence` for a window of the client that runs: in lines where that makes none itself.
std::string in_lines(const std::string& sentence);

// `text` with line breaks in place of blanks, so that no line has more than `width` characters, unless a word has.
std::string broken_into_lines(const std::string& text, std::size_t width);

} // namespace purple_plugin
