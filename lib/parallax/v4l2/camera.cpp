// SPDX-License-Identifier: MIT
#include "parallax/v4l2/camera.hpp"

#include "parallax/printable.hpp"
#include "parallax/v4l2/field_text.hpp"

#include <linux/videodev2.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <format>
#include <vector>

namespace parallax::v4l2 {
namespace {

std::vector<std::string> video_nodes() {
    std::vector<std::string> paths;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("/dev", none)) {
        if (entry.path().filename().string().starts_with("video")) {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

YcbcrEncoding encoding_of(const v4l2_pix_format& format) {
    std::uint32_t encoding = format.ycbcr_enc;
    if (encoding == V4L2_YCBCR_ENC_DEFAULT) {
        encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(format.colorspace);
    }
    switch (encoding) {
    case V4L2_YCBCR_ENC_709:
    case V4L2_YCBCR_ENC_XV709:
        return YcbcrEncoding::bt709;
    case V4L2_YCBCR_ENC_BT2020:
        return YcbcrEncoding::bt2020;
    default:
        return YcbcrEncoding::bt601;
    }
}

YcbcrRange range_of(const v4l2_pix_format& format) {
    std::uint32_t range = format.quantization;
    if (range == V4L2_QUANTIZATION_DEFAULT) {
        range = V4L2_MAP_QUANTIZATION_DEFAULT(false, format.colorspace, format.ycbcr_enc);
    }
    return range == V4L2_QUANTIZATION_FULL_RANGE ? YcbcrRange::full : YcbcrRange::limited;
}

} // namespace

std::uint64_t CaptureFormat::buffer_size() const {
    constexpr std::uint64_t largest_chunk = std::uint64_t{2} << 20;
    const std::uint64_t bytes = std::max<std::uint64_t>(size, layout.size());
    return bytes <= largest_chunk ? std::bit_ceil(bytes) : bytes;
}

std::expected<Camera, Reasons> Camera::open(const std::string& wish) {
    Reasons reasons;
    for (const std::string& path : wish.empty() ? video_nodes() : std::vector{wish}) {
        auto camera = open_node(path);
        if (camera) {
            return *std::move(camera);
        }
        reasons.push_back(camera.error());
    }
    if (reasons.empty()) {
        reasons.emplace_back("there is no camera: /dev has no video nodes; try one that is made "
                             "up: sudo modprobe vivid");
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Camera, std::string> Camera::open_node(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!fd) {
        return std::unexpected(cannot_open(path));
    }
    v4l2_capability capability{};
    if (retry_ioctl(fd.get(), VIDIOC_QUERYCAP, &capability) != 0) {
        return std::unexpected(std::format("{} is no V4L2 device", path));
    }
    const std::string driver = text_of(capability.driver);
    const std::uint32_t can = (capability.capabilities & V4L2_CAP_DEVICE_CAPS) != 0
                                  ? capability.device_caps
                                  : capability.capabilities;
    if ((can & V4L2_CAP_VIDEO_CAPTURE_MPLANE) != 0) {
        return std::unexpected(
            std::format("{} ({}) captures with the multi-planar API only, which is not used here",
                        path, driver));
    }
    if ((can & V4L2_CAP_VIDEO_CAPTURE) == 0 || (can & V4L2_CAP_STREAMING) == 0) {
        return std::unexpected(std::format("{} ({}) captures no pictures", path, driver));
    }
    return Camera(std::move(fd), path, driver, text_of(capability.card));
}

std::expected<CaptureFormat, Reasons> Camera::set_format(const CaptureWishes& wishes) const {
    v4l2_format format{};
    format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (retry_ioctl(fd(), VIDIOC_G_FMT, &format) != 0) {
        return std::unexpected(Reasons{
            std::format("{} ({}) tells no format: {}", path_, driver_, std::strerror(errno))});
    }
    v4l2_pix_format& pixels = format.fmt.pix;
    const Extent extent = wishes.extent.value_or(Extent{pixels.width, pixels.height});
    pixels = {};
    pixels.width = extent.width;
    pixels.height = extent.height;
    pixels.pixelformat = wishes.fourcc;
    pixels.field = V4L2_FIELD_NONE;
    if (retry_ioctl(fd(), VIDIOC_S_FMT, &format) != 0) {
        return std::unexpected(Reasons{std::format(
            "{} ({}) takes no format now: {}{}", path_, driver_, std::strerror(errno),
            errno == EBUSY ? "; end the program that uses it (fuser " + path_ + ")" : "")});
    }
    if (pixels.pixelformat != wishes.fourcc) {
        return std::unexpected(
            Reasons{std::format("{} ({}) delivers no {}; it has {}", path_, driver_,
                                format_of(wishes.fourcc).name, formats())});
    }
    if (pixels.width % 2 != 0 || pixels.height % 2 != 0) {
        return std::unexpected(
            Reasons{std::format("{} ({}) delivers {}x{}, and both sides must be even", path_,
                                driver_, pixels.width, pixels.height)});
    }
    const std::uint64_t stride = pixels.bytesperline;
    return CaptureFormat{
        .layout = {.extent = {pixels.width, pixels.height},
                   .fourcc = wishes.fourcc,
                   .encoding = encoding_of(pixels),
                   .range = range_of(pixels),
                   // The planes of one buffer are contiguous.
                   .planes = {{{.offset = 0, .stride = stride},
                               {.offset = stride * pixels.height, .stride = stride}}}},
        .size = pixels.sizeimage};
}

std::string Camera::formats() const {
    std::string names;
    v4l2_fmtdesc format{};
    for (format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
         retry_ioctl(fd(), VIDIOC_ENUM_FMT, &format) == 0; ++format.index) {
        append(names, fourcc_text(format.pixelformat));
    }
    return names;
}

} // namespace parallax::v4l2
