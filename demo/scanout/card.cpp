// SPDX-License-Identifier: MIT
#include "scanout/card.hpp"
#include "parallax/printable.hpp"

#include <cstdio>
#include <format>

namespace parallax::demo {

std::expected<kms::Card, Reasons> open_card(const std::string& wish, const ScreenCamera& camera) {
    if (wish.empty() && !camera.card().empty()) {
        if (auto card = kms::Card::open(camera.card())) {
            return card;
        }
    }
    return kms::Card::open(wish);
}

std::string looks_elsewhere(const ScreenCamera& camera, const kms::Card& card) {
    return std::format("the camera looks at the screen of {}, and {} shows it",
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
