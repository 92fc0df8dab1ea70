// SPDX-License-Identifier: MIT
#include "parallax/printable.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parallax {
namespace {

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// The character that @p text begins with, and how many bytes it takes.
/// @return 0 bytes if none begins there: a stray byte, a cut, overlong or surrogate sequence.
std::pair<char32_t, std::size_t> first_character(std::string_view text) {
    struct Kind {
        unsigned char mask, lead;
        std::size_t length;
        char32_t least; // a smaller one would fit in fewer bytes
    };
    constexpr std::array kinds{Kind{.mask = 0x80, .lead = 0x00, .length = 1, .least = 0},
                               Kind{.mask = 0xe0, .lead = 0xc0, .length = 2, .least = 0x80},
                               Kind{.mask = 0xf0, .lead = 0xe0, .length = 3, .least = 0x800},
                               Kind{.mask = 0xf8, .lead = 0xf0, .length = 4, .least = 0x10000}};
    const auto lead = static_cast<unsigned char>(text.front());
    for (const Kind& kind : kinds) {
        if ((lead & kind.mask) != kind.lead || text.size() < kind.length) {
            continue;
        }
        const std::string_view rest = text.substr(1, kind.length - 1);
        char32_t character = lead & static_cast<unsigned char>(~kind.mask);
        for (const char byte : rest) {
            character = character << 6 | (static_cast<unsigned char>(byte) & 0x3f);
        }
        const bool whole = std::ranges::all_of(rest, is_continuation);
        const bool surrogate = character >= 0xd800 && character <= 0xdfff;
        if (whole && character >= kind.least && character <= 0x10ffff && !surrogate) {
            return {character, kind.length};
        }
    }
    return {0, 0};
}

/// True for characters that move the cursor, end a line, or change the direction of text.
bool is_obeyed(char32_t character) {
    return character < 0x20 || (character >= 0x7f && character <= 0x9f) || character == 0x061c ||
           (character >= 0x200e && character <= 0x200f) ||
           (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xfeff;
}

} // namespace

std::string printable(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const auto [character, length] = first_character(text);
        if (length == 0 || is_obeyed(character)) {
            result += '?';
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

std::string to_ascii(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        if (!is_continuation(byte)) {
            result += byte >= ' ' && byte <= '~' ? byte : '?';
        }
    }
    return result;
}

std::string fourcc_text(std::uint32_t fourcc) {
    std::string text;
    for (unsigned i = 0; i < 4; ++i) {
        text += static_cast<char>(fourcc >> (8 * i) & 0xff);
    }
    return printable(text);
}

} // namespace parallax
