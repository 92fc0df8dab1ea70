// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <drm_fourcc.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace parallax::v4l2 {

/// The format that a camera agreed to.
struct CaptureFormat {
    ImageLayout layout;     ///< of the pixels in a buffer
    std::uint32_t size = 0; ///< bytes of a buffer that it requires

    /// Bytes to allocate. Up to 2 MiB this is a power of two: for such a size this project's
    /// exporter takes one contiguous chunk while memory is not fragmented, and there are cameras
    /// whose DMA needs that.
    [[nodiscard]] std::uint64_t buffer_size() const;

    bool operator==(const CaptureFormat&) const = default;
};

/// The format that is requested from a camera.
struct CaptureWishes {
    std::uint32_t fourcc = DRM_FORMAT_YUYV;      ///< V4L2 has the same codes
    std::optional<Extent> extent = std::nullopt; ///< the camera's own if none
};

/// A V4L2 device that captures pictures. Owns the fd.
class Camera {
public:
    /// Opens a camera.
    /// @param wish a node's path; empty takes the first in /dev that captures.
    /// @return the camera, or the reason against each node.
    [[nodiscard]] static std::expected<Camera, Reasons> open(const std::string& wish);

    /// "/dev/video0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name.
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// The driver's name of the device.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Sets a format. The camera may change the extent, and chooses the stride.
    /// @return the format; or the reasons, with the formats that the camera has.
    /// @throws std::system_error with the errno of an ioctl.
    [[nodiscard]] std::expected<CaptureFormat, Reasons>
    set_format(const CaptureWishes& wishes) const;

private:
    Camera(UniqueFd&& fd, std::string path, std::string driver, std::string name)
        : fd_(std::move(fd)),
          path_(std::move(path)),
          driver_(std::move(driver)),
          name_(std::move(name)) {}

    [[nodiscard]] static std::expected<Camera, std::string> open_node(const std::string& path);
    [[nodiscard]] std::string formats() const;

    UniqueFd fd_;
    std::string path_;
    std::string driver_;
    std::string name_;
};

} // namespace parallax::v4l2
