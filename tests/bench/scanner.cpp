// SPDX-License-Identifier: MIT
#include "scanner.h"

namespace bench {

constexpr auto npos = std::string_view::npos;

void Scanner::feed(std::string_view bytes, const Element& element) {
    bytes_ += bytes;
    restarted_ = false;
    while (!restarted_ && take_tag(element)) continue;
    if (restarted_ || at_ == 0) return;
    const std::size_t keep = depth_ > 1 ? begin_ : at_;
    bytes_.erase(0, keep);
    at_ -= keep;
    begin_ = 0;
}

void Scanner::restart() {
    *this = {};
    restarted_ = true;
}

// The place of the '>' that ends the tag at `from`; '>' may stand in a quoted value.
std::size_t Scanner::end_of_tag(std::size_t from) const {
    while (true) {
        const std::size_t stop = bytes_.find_first_of("'\">", from);
        if (stop == npos || bytes_[stop] == '>') return stop;
        const std::size_t closing = bytes_.find(bytes_[stop], stop + 1);
        if (closing == npos) return npos;
        from = closing + 1;
    }
}

bool Scanner::take_tag(const Element& element) {
    const std::size_t open = bytes_.find('<', at_);
    if (open == npos) {
        at_ = bytes_.size();
        return false;
    }
    at_ = open;
    const std::size_t end = end_of_tag(open + 1);
    if (end == npos) return false;
    at_ = end + 1;
    const char kind = bytes_[open + 1];
    if (kind == '?') return true;
    const bool opens = kind != '/', closes = kind == '/' || bytes_[end - 1] == '/';
    if (opens && depth_ == 1) begin_ = open;
    if (opens) ++depth_;
    if (closes) --depth_;
    if (closes && depth_ == 0) closed_ = true;
    // A copy of the view is enough: whoever restarts the scanner does so when it has read the element.
    if (closes && depth_ == 1) element(std::string_view(bytes_).substr(begin_, at_ - begin_));
    return true;
}

std::string_view attribute(std::string_view element, std::string_view name) {
    const std::string_view tag = element.substr(0, element.find('>'));
    for (std::size_t at = tag.find(name); at != npos; at = tag.find(name, at + 1)) {
        const std::size_t equals = at + name.size();
        if (at == 0 || tag[at - 1] != ' ' || equals + 1 >= tag.size() || tag[equals] != '=') continue;
        const std::size_t begin = equals + 2;
        return tag.substr(begin, tag.find(tag[equals + 1], begin) - begin);
    }
    return {};
}

std::string_view text_behind(std::string_view element, std::string_view open) {
    const std::size_t at = element.find(open);
    if (at == npos) return {};
    const std::string_view text = element.substr(at + open.size());
    return text.substr(0, text.find('<'));
}

} // namespace bench
