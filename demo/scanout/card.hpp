// SPDX-License-Identifier: MIT
#pragma once

#include "scanout/screen_camera.hpp"

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/kms/display_state.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "parallax/kms/output.hpp"

#include <expected>
#include <string>

namespace parallax::demo {

/// Opens a card by @p wish (a node's path or a driver's name); if that is empty, the card whose
/// screen the camera captures, or else the first with a display.
/// @return the card, or the reason against each node.
[[nodiscard]] std::expected<kms::Card, Reasons> open_card(const std::string& wish,
                                                          const ScreenCamera& camera);

/// Why an output cannot show a picture of this layout; empty if it can, as far as its plane says.
/// @throws std::system_error with the errno of an ioctl.
[[nodiscard]] Reasons why_not_shown(const kms::Card& card, const kms::Output& output,
                                    const ImageLayout& layout);

/// The reason why the camera, which captures another screen, has no picture of this card's.
[[nodiscard]] std::string looks_elsewhere(const ScreenCamera& camera, const kms::Card& card);

/// Restores the former state of a card's displays, and prints the remaining differences to stderr.
kms::FormerState::Restored show_former(const kms::FormerState& former,
                                       const kms::Card& card) noexcept;

} // namespace parallax::demo
