// SPDX-License-Identifier: GPL-2.0-or-later
#include "purple-plugin/lines.h"

#include <glib.h>

#include <core.h>

namespace purple_plugin {
namespace {

constexpr std::size_t terminal_width = 72; // of 80, with the window's frame

std::size_t characters(const std::string& text, std::size_t from, std::size_t to) {
    return static_cast<std::size_t>(g_utf8_strlen(text.data() + from, static_cast<gssize>(to - from)));
}

} // namespace

std::string in_lines(const std::string& sentence) {
    const bool is_finch = g_strcmp0(purple_core_get_ui(), "gnt-purple") == 0;
    return is_finch ? broken_into_lines(sentence, terminal_width) : sentence;
}

std::string broken_into_lines(const std::string& text, std::size_t width) {
    std::string broken = text;
    std::size_t line = 0, last_blank = text.npos;
    for (std::size_t at = 0; at <= broken.size(); ++at) {
        if (at < broken.size() && broken[at] != ' ' && broken[at] != '\n') continue;
        if (characters(broken, line, at) > width && last_blank != text.npos) {
            broken[last_blank] = '\n';
            line = last_blank + 1;
        }
        last_blank = at;
        if (at < broken.size() && broken[at] == '\n') {
            line = at + 1;
            last_blank = text.npos;
        }
    }
    return broken;
}

} // namespace purple_plugin
