// SPDX-License-Identifier: MIT
#include "scanout/card.hpp"

#include "parallax/kms/plane_colour.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <xf86drmMode.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>

namespace parallax::demo {
namespace {

/// "XRGB8888, NV12": those of the fourccs that the table of formats has.
std::string known_names(std::span<const std::uint32_t> fourccs) {
    std::string names;
    for (const Format& format : formats()) {
        if (std::ranges::contains(fourccs, format.fourcc)) {
            append(names, format.name);
        }
    }
    return names.empty() ? "none that this program knows" : names;
}

} // namespace

std::expected<kms::Card, Reasons> open_card(const std::string& wish, const ScreenCamera& camera) {
    if (wish.empty() && !camera.card().empty()) {
        if (auto card = kms::Card::open(camera.card())) {
            return card;
        }
    }
    return kms::Card::open(wish);
}

Reasons why_not_shown(const kms::Card& card, const kms::Output& output, const ImageLayout& layout) {
    if (!std::ranges::contains(output.formats, layout.fourcc)) {
        return {text::format("{} does not scan out {}; it has {}", card.driver(),
                             layout.format().name, known_names(output.formats))};
    }
    if (!layout.format().is_ycbcr) {
        return {};
    }
    const kms::Properties plane(card, output.plane, DRM_MODE_OBJECT_PLANE);
    const auto values = kms::colour_values(plane, layout.colour());
    return values ? Reasons{} : values.error();
}

std::string looks_elsewhere(const ScreenCamera& camera, const kms::Card& card) {
    return text::format("the camera looks at the screen of {}, and {} shows it",
                        printable(camera.card()), card.driver());
}

kms::FormerState::Restored show_former(const kms::FormerState& former,
                                       const kms::Card& card) noexcept {
    kms::FormerState::Restored restored = former.restore(card);
    for (const std::string& sentence : restored.different) {
        std::fprintf(stderr, "parallax: the display was not restored: %s\n", sentence.c_str());
    }
    return restored;
}

} // namespace parallax::demo
