// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/framebuffer.hpp"

#include <cstdint>
#include <vector>

namespace parallax::kms {

/// A format that planes show, and the modifiers with which they do.
struct PlaneFormat {
    std::uint32_t fourcc = 0;             ///< DRM_FORMAT_...
    std::vector<std::uint64_t> modifiers; ///< LINEAR alone if the driver knows none

    bool operator==(const PlaneFormat&) const = default;
};

/// The formats of a card's primary planes, by their property IN_FORMATS.
/// @throws std::system_error with the errno of an ioctl.
[[nodiscard]] std::vector<PlaneFormat> primary_plane_formats(const Card& card);

} // namespace parallax::kms
