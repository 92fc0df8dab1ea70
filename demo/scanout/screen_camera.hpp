// SPDX-License-Identifier: MIT
#pragma once

#include "process/stop_signal.hpp"

#include "parallax/error.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/kms/framebuffer.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <expected>
#include <string>

namespace parallax::demo {

/// A command that captures a screen from outside: for example with a frame grabber at the end of
/// the cable, or by an emulator's screendump.
class ScreenCamera {
public:
    /// Adds --camera, whose default comes from PARALLAX_SCREEN_CAMERA, which ./lab sets; and
    /// --camera-patience.
    void add_to(CLI::App& command);

    /// The card whose screen it captures, for Card::open(). Known for the camera in the environment
    /// (PARALLAX_SCREEN_CAMERA_CARD); empty for any other.
    [[nodiscard]] std::string card() const;

    /// True if it captures the screen of this card, as far as is known.
    [[nodiscard]] bool looks_at(const kms::Card& card) const;

    /// True if there is a command.
    [[nodiscard]] explicit operator bool() const noexcept { return !command_.empty(); }

    /// Runs the command with the name of a file as its last argument, and reads the picture that it
    /// has written there, PNG or JPEG. The command has no input, and its output goes to stderr. The
    /// command and the file are removed however this process ends.
    /// @param interrupt terminates the command.
    /// @throws std::runtime_error when the command fails, takes too long or is interrupted, or has
    ///         not written a picture.
    [[nodiscard]] Picture screenshot(Interrupt interrupt) const;

    /// The same of a screen of a known extent.
    /// @return the picture, or the reason if it has another extent.
    /// @throws std::runtime_error as screenshot().
    [[nodiscard]] std::expected<Picture, Reasons> screenshot_of(Extent screen,
                                                                Interrupt interrupt) const;

private:
    std::string command_;
    std::uint32_t patience_ = 60'000; // ms
};

/// Makes a picture opaque, to compare it with that of a screen, which has no alpha.
[[nodiscard]] Picture without_alpha(Picture picture);

} // namespace parallax::demo
