// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <system_error>
#include <utility>

namespace parallax::v4l2 {

/// A device that failed while it was used: it was unplugged (ENODEV), or is broken (EIO).
class DeviceError : public std::system_error {
public:
    /// @param error an errno.
    /// @param sentence what failed, without the text of errno.
    DeviceError(int error, const std::string& sentence)
        : std::system_error(error, std::generic_category(), sentence) {}
};

/// An open V4L2 device. Owns the fd.
class Device {
public:
    /// @return the device, or one sentence why it cannot be opened.
    [[nodiscard]] static std::expected<Device, std::string> open(const std::string& path);

    /// "/dev/video0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name.
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// The driver's name of the device.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// "/dev/video0 (vivid)", for messages.
    [[nodiscard]] std::string text() const { return path_ + " (" + driver_ + ")"; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    /// V4L2_CAP_... of this node.
    [[nodiscard]] std::uint32_t capabilities() const noexcept { return capabilities_; }

    /// Why no picture can come from the present input: it has no signal, or none that the device
    /// can lock on to. Empty if it has one, or if the driver does not tell.
    [[nodiscard]] std::string signal_trouble() const;

private:
    Device(UniqueFd&& fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    UniqueFd fd_;
    std::string path_;
    std::string driver_;
    std::string name_;
    std::uint32_t capabilities_ = 0;
};

} // namespace parallax::v4l2
