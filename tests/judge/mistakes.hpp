// SPDX-License-Identifier: MIT
#pragma once

#include "pattern/pattern.hpp"

#include "parallax/image/layout.hpp"
#include "parallax/image/picture.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace parallax::test {

/// A mistake between who writes the pattern and who shows it, and what the judge must say of it.
struct Mistake {
    std::string_view name;
    /// Writes into memory that is twice as long as the layout, and zero.
    /// @param shown the pattern's layout; changed to that by which the memory is shown.
    void (*make)(const demo::Pattern& pattern, std::span<std::byte> memory, ImageLayout& shown);
    /// A regular expression of what is said: {0} and {1} are the strides written and shown, {2} and
    /// {3} the offsets, {4} the end of a page in the middle of what is written.
    std::string_view words;
    bool has_codes = true; ///< that can be read; else the layout is told

    [[nodiscard]] std::string said(const ImageLayout& written, const ImageLayout& shown) const;
};

/// Those that any screen can show, with a pattern in XRGB8888 whose rows are padded.
[[nodiscard]] std::span<const Mistake> mistakes_on_any_screen();

} // namespace parallax::test
