// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/display_state.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "parallax/kms/output.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parallax::kms {

/// The assignments of a commit that shows the framebuffer on the output, as a whole and unchanged:
/// no other plane in front of it, not rotated, not blended, without colour correction that another
/// program has left behind. A pure function.
/// @param now the present state; optional properties that the driver lacks are left out.
/// @param mode the content of the mode's blob; borrowed by the result.
/// @param colour the meaning of luma and chroma; nothing for red, green and blue.
/// @throws std::runtime_error when the driver lacks a property that is needed, or colour_values()
///         finds reasons.
[[nodiscard]] std::vector<Assignment>
show_whole(const DisplayState& now, const Output& output, const std::vector<std::byte>& mode,
           std::uint32_t framebuffer, const std::optional<YcbcrColour>& colour = std::nullopt);

/// Shows framebuffers on one display, each as a whole. The Card, and a Framebuffer while it is
/// shown, must outlive it.
class Screen {
public:
    /// Shows nothing yet. @p card is borrowed.
    Screen(const Card& card, Output output) : card_(card), output_(std::move(output)) {}

    /// Sets the mode and shows the framebuffer; returns when it is shown.
    /// @throws std::system_error when the driver refuses.
    /// @throws std::runtime_error as show_whole().
    void show(const Framebuffer& framebuffer);

    /// Flips to another framebuffer of the same size in a vertical blank; returns after the flip,
    /// when the former framebuffer may be drawn into. Only after show().
    /// @throws std::system_error when the driver refuses or the flip does not complete.
    void flip_to(const Framebuffer& framebuffer);

private:
    const Card& card_;
    Output output_;
    std::uint32_t framebuffer_property_ = 0; // the plane's FB_ID
};

} // namespace parallax::kms
