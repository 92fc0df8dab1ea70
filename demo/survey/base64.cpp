// SPDX-License-Identifier: MIT
#include "survey/base64.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace parallax::demo::survey {

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        const std::size_t count = std::min<std::size_t>(bytes.size() - at, 3);
        for (std::size_t i = 0; i < 3; ++i) {
            three = three << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= count ? letters[three >> (18 - 6 * i) & 63] : '=';
        }
    }
    return text;
}

} // namespace parallax::demo::survey
