// SPDX-License-Identifier: MIT
#include "parallax/v4l2/device_formats.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"
#include "parallax/image/format.hpp"
#include "parallax/v4l2/field_text.hpp"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

#include <fcntl.h>

#include <algorithm>
#include <format>
#include <initializer_list>
#include <optional>

namespace parallax::v4l2 {
namespace {

/// V4L2 and DRM have the same code for most formats of the same bytes.
std::optional<std::uint32_t> drm_fourcc(std::uint32_t v4l2_fourcc) {
    switch (v4l2_fourcc) {
    case V4L2_PIX_FMT_RGB565:
        return DRM_FORMAT_RGB565;
    case V4L2_PIX_FMT_GREY:
        return DRM_FORMAT_R8;
    case V4L2_PIX_FMT_NV12M:
        return DRM_FORMAT_NV12;
    default:
        return find_format(v4l2_fourcc) != nullptr ? std::optional(v4l2_fourcc) : std::nullopt;
    }
}

std::vector<std::uint32_t> formats_of(int fd, std::initializer_list<std::uint32_t> types) {
    std::vector<std::uint32_t> fourccs;
    for (const std::uint32_t type : types) {
        v4l2_fmtdesc format{};
        for (format.type = type; retry_ioctl(fd, VIDIOC_ENUM_FMT, &format) == 0; ++format.index) {
            const auto fourcc = drm_fourcc(format.pixelformat);
            if (fourcc && !std::ranges::contains(fourccs, *fourcc)) {
                fourccs.push_back(*fourcc);
            }
        }
    }
    return fourccs;
}

} // namespace

std::expected<DeviceFormats, std::string> ask_formats(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!fd) {
        return std::unexpected(cannot_open(path));
    }
    v4l2_capability capability{};
    if (retry_ioctl(fd.get(), VIDIOC_QUERYCAP, &capability) != 0) {
        return std::unexpected(std::format("{} is no V4L2 device", path));
    }
    return DeviceFormats{
        .driver = text_of(capability.driver),
        .name = text_of(capability.card),
        .captured =
            formats_of(fd.get(), {V4L2_BUF_TYPE_VIDEO_CAPTURE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE}),
        .taken =
            formats_of(fd.get(), {V4L2_BUF_TYPE_VIDEO_OUTPUT, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE})};
}

} // namespace parallax::v4l2
