// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/card.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "parallax/kms/output.hpp"
#include "parallax/kms/properties.hpp"

#include <cstdint>

namespace parallax::kms {

/// One display, as this program uses it: shows framebuffers, each as a whole. Card and Framebuffers
/// must outlive their use.
class Screen {
public:
    /// Shows nothing yet. @p card is borrowed.
    /// @throws std::runtime_error when the driver lacks a property that is needed.
    Screen(const Card& card, const Output& output);
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;
    Screen(Screen&&) = delete;
    Screen& operator=(Screen&&) = delete;
    ~Screen();

    /// Sets the mode and shows the framebuffer. Done when it returns.
    /// @throws std::system_error when the driver refuses.
    void show(const Framebuffer& framebuffer);

    /// Changes to another framebuffer of the same size between two refreshes, so that no part of
    /// either is seen with the other. Done when it returns: the one shown before may be drawn into.
    /// @throws std::system_error.
    void flip_to(const Framebuffer& framebuffer);

private:
    const Card& card_;
    Output output_;
    Properties connector_;
    Properties crtc_;
    Properties plane_;
    std::uint32_t mode_blob_ = 0;
};

/// What a CRTC showed at some time, to be shown again. A value: it outlives the process that was
/// shown something else, if another process holds it.
class FormerState {
public:
    /// Asks what the CRTC of @p output shows now.
    /// @throws std::system_error.
    FormerState(const Card& card, const Output& output);

    /// @return whether the driver took it.
    [[nodiscard]] bool restore(const Card& card) const noexcept;

private:
    std::uint32_t connector_ = 0;
    std::uint32_t crtc_ = 0;
    std::uint32_t framebuffer_ = 0; // 0: the CRTC was off
    std::uint32_t x_ = 0;
    std::uint32_t y_ = 0;
    drmModeModeInfo mode_ = {};
};

} // namespace parallax::kms
