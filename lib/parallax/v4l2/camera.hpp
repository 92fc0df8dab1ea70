// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/unique_fd.hpp"
#include "parallax/ycbcr.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace parallax::v4l2 {

/// What a camera agreed to deliver.
struct CaptureFormat {
    YcbcrLayout layout;     ///< where the pixels lie in a buffer
    std::uint32_t size = 0; ///< bytes that it wants of a buffer

    bool operator==(const CaptureFormat&) const = default;
};

/// What a camera is asked for.
struct CaptureWishes {
    YcbcrPacking packing = YcbcrPacking::yuyv;   ///< how the samples lie in memory
    std::optional<Extent> extent = std::nullopt; ///< the camera's own if none
};

/// A V4L2 device that captures pictures. Owns the fd.
class Camera {
public:
    /// @param wish a node's path; empty takes the first in /dev that captures.
    /// @return the camera, or the reasons: what each node lacks.
    [[nodiscard]] static std::expected<Camera, Reasons> open(const std::string& wish);

    /// "/dev/video0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name, and what it calls the device.
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// What the driver calls the device.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Agrees with the camera on a format. It may change the extent, and choose the stride.
    /// @return the format; or why not, with the formats that the camera has.
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
