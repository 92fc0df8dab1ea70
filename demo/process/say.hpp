// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <format>
#include <utility>

namespace parallax::demo {

/// A line on stderr. Where that is closed or full, the line is lost and nothing else:
/// std::println() would throw, from wherever there was something to say.
template <typename... Values>
void say(std::format_string<Values...> line, Values&&... values) {
    std::fputs((std::format(line, std::forward<Values>(values)...) + "\n").c_str(), stderr);
}

} // namespace parallax::demo
