// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/v4l2/device.hpp"
#include "parallax/v4l2/stream_format.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace parallax::v4l2 {

/// A V4L2 device that captures pictures, by the single-planar or the multi-planar API. Owns the
/// device.
class Camera {
public:
    /// Opens a camera.
    /// @param wish a node's path; empty takes the first in /dev that captures.
    /// @return the camera, or the reason against each node.
    [[nodiscard]] static std::expected<Camera, Reasons> open(const std::string& wish);

    /// Borrowed.
    [[nodiscard]] const Device& device() const noexcept { return device_; }
    /// V4L2_BUF_TYPE_VIDEO_CAPTURE or V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE.
    [[nodiscard]] std::uint32_t type() const noexcept { return type_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return device_.fd(); }

    /// As v4l2::set_format().
    [[nodiscard]] std::expected<StreamFormat, Reasons>
    set_format(const FormatWishes& wishes) const {
        return v4l2::set_format(device_, type_, wishes);
    }

private:
    Camera(Device&& device, std::uint32_t type) : device_(std::move(device)), type_(type) {}

    [[nodiscard]] static std::expected<Camera, std::string> open_node(const std::string& path);

    Device device_;
    std::uint32_t type_;
};

/// The video nodes in /dev, sorted.
[[nodiscard]] std::vector<std::string> video_nodes();

} // namespace parallax::v4l2
