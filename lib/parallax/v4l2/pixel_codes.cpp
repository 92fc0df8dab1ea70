// SPDX-License-Identifier: MIT
#include "parallax/v4l2/pixel_codes.hpp"

#include "parallax/image/format.hpp"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace parallax::v4l2 {
namespace {

struct Row {
    std::uint32_t v4l2;
    PixelCode code; // fourcc 0: none
};

constexpr Row same_bytes(std::uint32_t v4l2, std::uint32_t drm) {
    return {.v4l2 = v4l2, .code = {.fourcc = drm}};
}
constexpr Row buffer_each(std::uint32_t v4l2, std::uint32_t drm) {
    return {.v4l2 = v4l2, .code = {.fourcc = drm, .buffer_each_plane = true}};
}

// V4L2 and DRM have the same code for most formats of the same bytes. Here are the others.
constexpr std::array different{
    same_bytes(V4L2_PIX_FMT_RGB565, DRM_FORMAT_RGB565),
    same_bytes(V4L2_PIX_FMT_BGR24, DRM_FORMAT_RGB888),
    same_bytes(V4L2_PIX_FMT_RGB24, DRM_FORMAT_BGR888),
    same_bytes(V4L2_PIX_FMT_GREY, DRM_FORMAT_R8),
    same_bytes(V4L2_PIX_FMT_Y16, DRM_FORMAT_R16),
    same_bytes(V4L2_PIX_FMT_YUV422P, DRM_FORMAT_YUV422),
    same_bytes(V4L2_PIX_FMT_VUYA32, DRM_FORMAT_AYUV),
    same_bytes(V4L2_PIX_FMT_VUYX32, DRM_FORMAT_XYUV8888),
    same_bytes(V4L2_PIX_FMT_AYUV32, 0), // the bytes of DRM's AYUV in the other order
    same_bytes(V4L2_PIX_FMT_XYUV32, 0),
    buffer_each(V4L2_PIX_FMT_NV12M, DRM_FORMAT_NV12),
    buffer_each(V4L2_PIX_FMT_NV21M, DRM_FORMAT_NV21),
    buffer_each(V4L2_PIX_FMT_NV16M, DRM_FORMAT_NV16),
    buffer_each(V4L2_PIX_FMT_NV61M, DRM_FORMAT_NV61),
    buffer_each(V4L2_PIX_FMT_P012M, DRM_FORMAT_P012),
    buffer_each(V4L2_PIX_FMT_YUV420M, DRM_FORMAT_YUV420),
    buffer_each(V4L2_PIX_FMT_YVU420M, DRM_FORMAT_YVU420),
    buffer_each(V4L2_PIX_FMT_YUV422M, DRM_FORMAT_YUV422),
    buffer_each(V4L2_PIX_FMT_YVU422M, DRM_FORMAT_YVU422),
    buffer_each(V4L2_PIX_FMT_YUV444M, DRM_FORMAT_YUV444),
    buffer_each(V4L2_PIX_FMT_YVU444M, DRM_FORMAT_YVU444),
};

} // namespace

std::optional<PixelCode> pixel_code(std::uint32_t v4l2_code) noexcept {
    const auto* const row = std::ranges::find(different, v4l2_code, &Row::v4l2);
    const PixelCode code = row == different.end() ? PixelCode{.fourcc = v4l2_code} : row->code;
    return find_format(code.fourcc) != nullptr ? std::optional(code) : std::nullopt;
}

std::optional<PixelCode> pixel_code(std::string_view letters) noexcept {
    if (letters.size() != 4) {
        return std::nullopt;
    }
    std::array<std::uint32_t, 4> upper{};
    std::ranges::transform(letters, upper.begin(), [](unsigned char letter) {
        return static_cast<std::uint32_t>(std::toupper(letter));
    });
    return pixel_code(upper[0] | upper[1] << 8 | upper[2] << 16 | upper[3] << 24);
}

} // namespace parallax::v4l2
