// SPDX-License-Identifier: MIT
#include "parallax/kms/plane_colour.hpp"

#include "parallax/text.hpp"

#include <array>
#include <cstddef>

namespace parallax::kms {
namespace {

// As the kernel names them, drm_color_mgmt.c, in the order of our enumerations.
constexpr std::array encoding_names{"ITU-R BT.601 YCbCr", "ITU-R BT.709 YCbCr",
                                    "ITU-R BT.2020 YCbCr"};
constexpr std::array range_names{"YCbCr limited range", "YCbCr full range"};

} // namespace

std::expected<std::vector<std::pair<std::string, std::uint64_t>>, Reasons>
colour_values(const Properties& plane, const YcbcrColour& colour) {
    struct Wish {
        const char* property;
        const char* choice;
        bool usual; // what drivers without the property show
    };
    const std::array wishes{
        Wish{.property = "COLOR_ENCODING",
             .choice = encoding_names.at(static_cast<std::size_t>(colour.encoding)),
             .usual = colour.encoding == YcbcrEncoding::bt601},
        Wish{.property = "COLOR_RANGE",
             .choice = range_names.at(static_cast<std::size_t>(colour.range)),
             .usual = colour.range == YcbcrRange::limited}};
    std::vector<std::pair<std::string, std::uint64_t>> values;
    Reasons lacking;
    for (const Wish& wish : wishes) {
        const Property* const property = plane.find(wish.property);
        if (property == nullptr && wish.usual) {
            continue;
        }
        if (property == nullptr || !property->choices.contains(wish.choice)) {
            lacking.push_back(text::format("the display's plane has no {}, of its property {}",
                                           wish.choice, wish.property));
            continue;
        }
        values.emplace_back(wish.property, property->choices.at(wish.choice));
    }
    if (!lacking.empty()) {
        return std::unexpected(std::move(lacking));
    }
    return values;
}

} // namespace parallax::kms
