// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/picture.hpp"

#include <span>
#include <string>

namespace parallax {

/// A picture with the words that stand above it.
struct Panel {
    std::string title;      ///< printable ASCII
    const Picture* picture; ///< borrowed
};

/// Panels side by side, each under its title, with @p caption below. All opaque: alpha has been
/// compared already, and a picture viewer should show the colours as they are.
[[nodiscard]] Picture contact_sheet(std::span<const Panel> panels, const std::string& caption);

} // namespace parallax
