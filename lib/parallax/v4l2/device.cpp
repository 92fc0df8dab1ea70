// SPDX-License-Identifier: MIT
#include "parallax/v4l2/device.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/field_text.hpp"

#include <linux/videodev2.h>

#include <cerrno>

namespace parallax::v4l2 {
namespace {

const char* status_trouble(std::uint32_t status) {
    if ((status & V4L2_IN_ST_NO_POWER) != 0) {
        return "has no power";
    }
    if ((status & V4L2_IN_ST_NO_SIGNAL) != 0) {
        return "has no signal";
    }
    if ((status & (V4L2_IN_ST_NO_SYNC | V4L2_IN_ST_NO_H_LOCK)) != 0) {
        return "has a signal that the device cannot lock on to";
    }
    return nullptr;
}

/// Of an input for HDMI, DVI or SDI.
const char* timings_trouble(int fd) {
    v4l2_dv_timings timings{};
    if (retry_ioctl(fd, VIDIOC_QUERY_DV_TIMINGS, &timings) == 0) {
        return nullptr;
    }
    switch (errno) {
    case ENOLINK:
        return "has no signal";
    case ENOLCK:
        return "has a signal that the device cannot lock on to";
    case ERANGE:
        return "has a signal whose timings are beyond what the device can do";
    default:
        return nullptr;
    }
}

} // namespace

std::expected<Device, std::string> Device::open(const std::string& path) {
    Device device(UniqueFd(::open(path.c_str(), O_RDWR | O_CLOEXEC)), path);
    if (!device.fd_) {
        return std::unexpected(cannot_open(path));
    }
    v4l2_capability capability{};
    if (retry_ioctl(device.fd(), VIDIOC_QUERYCAP, &capability) != 0) {
        return std::unexpected(text::format("{} is no V4L2 device", path));
    }
    device.driver_ = text_of(capability.driver);
    device.name_ = text_of(capability.card);
    device.capabilities_ = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0
                               ? capability.device_caps
                               : capability.capabilities;
    return device;
}

std::string Device::signal_trouble() const {
    v4l2_input input{};
    int index = 0;
    if (retry_ioctl(fd(), VIDIOC_G_INPUT, &index) != 0) {
        return {};
    }
    input.index = static_cast<std::uint32_t>(index);
    if (retry_ioctl(fd(), VIDIOC_ENUMINPUT, &input) != 0) {
        return {};
    }
    const char* trouble = status_trouble(input.status);
    if (trouble == nullptr && (input.capabilities & V4L2_IN_CAP_DV_TIMINGS) != 0) {
        trouble = timings_trouble(fd());
    }
    return trouble == nullptr ? std::string()
                              : text::format("the input '{}' {}", text_of(input.name), trouble);
}

} // namespace parallax::v4l2
