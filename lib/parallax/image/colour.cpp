// SPDX-License-Identifier: MIT
#include "parallax/image/format.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

namespace parallax {
namespace {

constexpr std::array encodings{std::pair{"601", YcbcrEncoding::bt601},
                               std::pair{"709", YcbcrEncoding::bt709},
                               std::pair{"2020", YcbcrEncoding::bt2020}};
constexpr std::array ranges{std::pair{"limited", YcbcrRange::limited},
                            std::pair{"full", YcbcrRange::full}};
constexpr std::array sitings{std::pair{"left", ChromaSiting::left},
                             std::pair{"center", ChromaSiting::center},
                             std::pair{"topleft", ChromaSiting::top_left}};

/// Sets the part that has this name, if one of @p names is it.
bool set(std::string_view name, const auto& names, auto& part) {
    for (const auto& [known, value] : names) {
        if (name == known) {
            part = value;
            return true;
        }
    }
    return false;
}

std::string_view name_of(const auto& names, auto part) {
    for (const auto& [known, value] : names) {
        if (part == value) {
            return known;
        }
    }
    return "unknown";
}

} // namespace

std::string colour_text(const YcbcrColour& colour) {
    return text::format("{}-{}-{}", name_of(encodings, colour.encoding),
                        name_of(ranges, colour.range), name_of(sitings, colour.siting));
}

std::optional<YcbcrColour> parse_colour(std::string_view text) {
    YcbcrColour colour;
    for (const auto part : std::views::split(text, '-')) {
        const std::string_view name(part);
        if (!set(name, encodings, colour.encoding) && !set(name, ranges, colour.range) &&
            !set(name, sitings, colour.siting)) {
            return std::nullopt;
        }
    }
    return text.empty() ? std::nullopt : std::optional(colour);
}

bool is_known(const YcbcrColour& colour) noexcept {
    return colour.encoding <= YcbcrEncoding::bt2020 && colour.range <= YcbcrRange::full &&
           colour.siting <= ChromaSiting::top_left;
}

} // namespace parallax
