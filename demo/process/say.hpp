// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/text.hpp"

#include <cstdio>
#include <format>
#include <utility>

namespace parallax::demo {

/// A line on stderr. Where that is closed or full, the line is lost and nothing else:
/// text::println() would throw, from wherever there was something to say.
template <typename... Values>
void say(std::format_string<Values...> line, Values&&... values) {
    std::fputs((text::format(line, std::forward<Values>(values)...) + "\n").c_str(), stderr);
}

} // namespace parallax::demo
