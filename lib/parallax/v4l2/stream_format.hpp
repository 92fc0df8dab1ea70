// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/v4l2/device.hpp"

#include <drm_fourcc.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::v4l2 {

/// The format that a device agreed to, of the pictures in one of its queues.
struct StreamFormat {
    ImageLayout layout;               ///< of the pixels; its planes name the dma-buf of a picture
    std::vector<std::uint32_t> sizes; ///< bytes that the device requires of each dma-buf
    std::string_view interlacing;     ///< how fields lie in memory; empty where frames are whole

    /// Bytes to allocate for a dma-buf of a picture. Up to 2 MiB this is a power of two: for such
    /// a size this project's exporter takes one contiguous chunk while memory is not fragmented,
    /// and there are devices whose DMA needs that.
    [[nodiscard]] std::uint64_t buffer_size(std::size_t buffer = 0) const;

    bool operator==(const StreamFormat&) const = default;
};

/// The format that is requested from a device.
struct FormatWishes {
    /// DRM_FORMAT_..., the best first: the device's first is taken.
    std::vector<std::uint32_t> fourccs{DRM_FORMAT_YUYV};
    /// Whether each plane is to lie in a dma-buf of its own (NV12M); either, if nothing: one
    /// dma-buf for all where the device can.
    std::optional<bool> buffer_each_plane = std::nullopt;
    std::optional<Extent> extent = std::nullopt; ///< the device's own if none
};

/// Sets a format. The device may change the extent, and chooses the strides.
/// @param type of the queue: V4L2_BUF_TYPE_VIDEO_...
/// @return the format; or the reasons, with the formats that the device has.
/// @throws std::system_error with the errno of an ioctl.
[[nodiscard]] std::expected<StreamFormat, Reasons>
set_format(const Device& device, std::uint32_t type, const FormatWishes& wishes);

/// True for the types of the multi-planar API.
[[nodiscard]] bool is_multi_planar(std::uint32_t type) noexcept;

} // namespace parallax::v4l2
