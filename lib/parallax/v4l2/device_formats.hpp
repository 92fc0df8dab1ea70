// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parallax::v4l2 {

/// The formats of a video device, as the DRM fourccs of the same bytes in memory. Only those of the
/// table of formats, so none that is compressed or tiled.
struct DeviceFormats {
    std::string driver;                  ///< the kernel driver's name
    std::string name;                    ///< the driver's name of the device
    std::vector<std::uint32_t> captured; ///< that it writes into memory
    std::vector<std::uint32_t> taken;    ///< that it reads from memory
};

/// Asks a device, by the single-planar and the multi-planar API.
/// @param path of its node.
/// @return the formats, or why it cannot be asked.
[[nodiscard]] std::expected<DeviceFormats, std::string> ask_formats(const std::string& path);

} // namespace parallax::v4l2
