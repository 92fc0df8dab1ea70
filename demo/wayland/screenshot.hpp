// SPDX-License-Identifier: MIT
#pragma once

#include "wayland/connection.hpp"
#include "wayland/output.hpp"

#include "parallax/error.hpp"
#include "parallax/image/picture.hpp"

#include <expected>
#include <memory>

namespace parallax::demo::wayland {

/// Takes screenshots of outputs, by a protocol of the compositor.
class Screenshooter {
public:
    Screenshooter() = default;
    virtual ~Screenshooter() = default;
    Screenshooter(const Screenshooter&) = delete;
    Screenshooter& operator=(const Screenshooter&) = delete;
    Screenshooter(Screenshooter&&) = delete;
    Screenshooter& operator=(Screenshooter&&) = delete;

    /// @return what the output shows, without the pointer, or why the compositor does not say.
    /// @throws std::runtime_error as Connection::wait(), or when it does not answer.
    [[nodiscard]] virtual std::expected<Picture, Reasons> screenshot(const Output& output,
                                                                     Interrupt unwanted) = 0;
};

/// @return one by a protocol that the compositor has, or the names of those that are known.
[[nodiscard]] std::expected<std::unique_ptr<Screenshooter>, Reasons>
find_screenshooter(const Connection& connection);

// Each of these returns null if the compositor does not have its protocol.

/// Weston's own.
[[nodiscard]] std::unique_ptr<Screenshooter> open_weston_capture(const Connection& connection);
/// That of wlroots: Sway, Hyprland, river, ...
[[nodiscard]] std::unique_ptr<Screenshooter> open_wlr_screencopy(const Connection& connection);

} // namespace parallax::demo::wayland
