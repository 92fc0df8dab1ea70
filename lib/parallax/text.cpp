// SPDX-License-Identifier: MIT
#include "parallax/text.hpp"

#include <print>

namespace parallax::text {

std::string vformat(std::string_view format, std::format_args values) {
    return std::vformat(format, values);
}

void vprint(std::FILE* to, std::string_view format, std::format_args values) {
    std::vprint_unicode(to, format, values);
}

void vprintln(std::FILE* to, std::string_view format, std::format_args values) {
    vprint(to, std::string(format) + '\n', values);
}

} // namespace parallax::text
