// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parallax::demo {

/// Characters in a line of what is printed, where no terminal says otherwise.
inline constexpr std::size_t page_width = 100;

/// Breaks lines at blanks; those after the first are indented as far as @p start is long. A word
/// that is longer than a line stays whole.
/// @return lines, the last one ended too.
[[nodiscard]] std::string wrapped(const std::string& start, std::string_view text,
                                  std::size_t width = page_width);

} // namespace parallax::demo
