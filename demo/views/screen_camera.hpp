// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/picture.hpp"

#include <CLI/CLI.hpp>

#include <expected>
#include <string>

namespace parallax::demo {

/// Looks at a screen from outside of the machine that feeds it: a frame grabber at the end of the
/// cable, or the emulator's own screendump. It is a command, so that it can be anything.
class ScreenCamera {
public:
    /// Adds --camera; its default comes from PARALLAX_SCREEN_CAMERA, which ./lab sets.
    void add_to(CLI::App& command);

    /// Whether there is one.
    [[nodiscard]] explicit operator bool() const noexcept { return !command_.empty(); }

    /// Runs the command with the name of a file as its last argument, and reads the picture that it
    /// has written there, PNG or JPEG.
    /// @throws std::runtime_error when the command fails or has written no picture.
    [[nodiscard]] Picture photograph() const;

    /// The same of a screen that is known to show so many pixels.
    /// @param hurry an fd, borrowed: when its other end closes, nobody wants the picture any more,
    ///              and the command is ended; -1 where there is no hurry.
    /// @return the picture, or what else the camera saw.
    /// @throws std::runtime_error as photograph(), and in a hurry.
    [[nodiscard]] std::expected<Picture, Reasons> photograph_of(Extent screen,
                                                                int hurry = -1) const;

private:
    [[nodiscard]] Picture photograph(int hurry) const;

    std::string command_;
};

/// A screen has no alpha: what it shows is compared without.
[[nodiscard]] Picture without_alpha(Picture picture);

} // namespace parallax::demo
