// SPDX-License-Identifier: MIT
#include "parallax/v4l2/device_formats.hpp"

#include "parallax/system_call.hpp"
#include "parallax/v4l2/device.hpp"
#include "parallax/v4l2/pixel_codes.hpp"

#include <linux/videodev2.h>

#include <algorithm>
#include <initializer_list>

namespace parallax::v4l2 {
namespace {

std::vector<std::uint32_t> formats_of(int fd, std::initializer_list<std::uint32_t> types) {
    std::vector<std::uint32_t> fourccs;
    for (const std::uint32_t type : types) {
        v4l2_fmtdesc format{};
        for (format.type = type; retry_ioctl(fd, VIDIOC_ENUM_FMT, &format) == 0; ++format.index) {
            const auto code = pixel_code(format.pixelformat);
            if (code && !std::ranges::contains(fourccs, code->fourcc)) {
                fourccs.push_back(code->fourcc);
            }
        }
    }
    return fourccs;
}

} // namespace

std::expected<DeviceFormats, std::string> ask_formats(const std::string& path) {
    const auto device = Device::open(path);
    if (!device) {
        return std::unexpected(device.error());
    }
    return DeviceFormats{.driver = device->driver(),
                         .name = device->name(),
                         .captured = formats_of(device->fd(), {V4L2_BUF_TYPE_VIDEO_CAPTURE,
                                                               V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE}),
                         .taken = formats_of(device->fd(), {V4L2_BUF_TYPE_VIDEO_OUTPUT,
                                                            V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE})};
}

} // namespace parallax::v4l2
