// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace parallax {

/// Makes external text (names of drivers and devices, words of files, sentences of other processes)
/// safe for a terminal, for JSON and for pictures: well-formed UTF-8 without control characters.
/// Called once, when the text is read.
/// @return @p text, with one '?' for each byte that is not part of a character, and for each
///         character that controls a terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// The same in ASCII, for a font without other characters: one '?' for each of these.
/// @param text as printable() returns it.
[[nodiscard]] std::string to_ascii(std::string_view text);

/// The four letters of a DRM or V4L2 format code.
[[nodiscard]] std::string fourcc_text(std::uint32_t fourcc);

/// Adds one more to a list in words.
inline void append(std::string& list, std::string_view next, std::string_view separator = ", ") {
    list += list.empty() ? std::string_view() : separator;
    list += next;
}

/// A list in words.
/// @param text what stands there for an element.
template <class List, class Text = std::identity>
[[nodiscard]] std::string joined(const List& list, std::string_view separator = ", ",
                                 Text text = {}) {
    std::string all;
    for (const auto& element : list) {
        append(all, std::invoke(text, element), separator);
    }
    return all;
}

} // namespace parallax
