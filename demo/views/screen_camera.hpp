// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

#include <CLI/CLI.hpp>

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

private:
    std::string command_;
};

/// A screen has no alpha: what it shows is compared without.
[[nodiscard]] Picture without_alpha(Picture picture);

} // namespace parallax::demo
