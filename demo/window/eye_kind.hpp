// SPDX-License-Identifier: MIT
#pragma once

#include "window/looker.hpp"
#include "window/panels.hpp"

#include "views/screen_camera.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace parallax::demo {

/// What it takes to look from elsewhere.
struct EyeOptions {
    ScreenCamera camera; ///< for the display's view
};

/// One way to look at the memory that neither this process's CPU nor its GPU has.
struct EyeKind {
    std::string_view name;  ///< as given to --views
    std::string_view title; ///< above its panel
    Shows panel;
    bool sees_alpha; ///< what it sees has alpha, where the memory has
    /// Called in the eye's process. @param window an fd, borrowed, that hangs up when the window
    /// ends: whoever waits for something long waits for that, too.
    std::unique_ptr<Looker> (*make)(const EyeOptions& options, int window);
};

/// The table, in the order of the panels.
[[nodiscard]] std::span<const EyeKind> eye_kinds() noexcept;

// To add an eye: write its looker in a file of its own, then a row in eye_kind.cpp, and its panel
// in panels.hpp.

/// Maps the memory and reads it under SYNC.
[[nodiscard]] std::unique_ptr<Looker> make_process_looker(const EyeOptions& options, int window);

/// Has a display show the memory, where a card is free to be master of, and looks at that through
/// the camera. The picture must have the size of one of the display's modes.
[[nodiscard]] std::unique_ptr<Looker> make_display_looker(const EyeOptions& options, int window);

} // namespace parallax::demo
