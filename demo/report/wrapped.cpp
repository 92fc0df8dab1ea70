// SPDX-License-Identifier: MIT
#include "report/wrapped.hpp"

#include "parallax/text.hpp"

#include <algorithm>

namespace parallax::demo {

std::string wrapped(const std::string& start, std::string_view text, std::size_t width) {
    std::string lines;
    std::string line = start;
    constexpr std::size_t least = 20; // beside a start that is as long as the line
    const std::size_t room = std::max(width, start.size() + least) - start.size();
    while (text.size() > room) {
        const std::size_t blank = text.substr(0, room + 1).rfind(' ');
        if (blank == std::string_view::npos) {
            break; // one long word, such as a path
        }
        lines += text::format("{}{}\n", line, text.substr(0, blank));
        text.remove_prefix(blank + 1);
        line.assign(start.size(), ' ');
    }
    return lines + text::format("{}{}\n", line, text);
}

} // namespace parallax::demo
