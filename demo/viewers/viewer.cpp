// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include "parallax/image/ycbcr.hpp"

#include <drm_fourcc.h>

#include <array>

namespace parallax::demo {
namespace {

constexpr std::array<ViewerKind, viewer_count> kinds{{
    {.name = "process",
     .title = "Another process",
     .sentence = "CPU writes, another process reads",
     .sight = Sight::memory,
     .sees_alpha = true,
     .not_live = "",
     .open = open_process},
    {.name = "process-import",
     .title = "Another process's GPU",
     .sentence = "CPU writes, another process's GPU reads",
     .sight = Sight::picture,
     .sees_alpha = true,
     .not_live = "it starts a Vulkan device for each picture; parallax render has it",
     .open = open_process_import},
    {.name = "gl",
     .title = "OpenGL",
     .sentence = "CPU writes, OpenGL draws",
     .sight = Sight::converted,
     .sees_alpha = true,
     .not_live = "",
     .open = open_gl},
    {.name = "display",
     .title = "Display",
     .sentence = "CPU writes, display shows",
     .sight = Sight::converted,
     .sees_alpha = false, // a screen has none
     .not_live = "",
     .open = open_display},
    {.name = "compositor",
     .title = "Compositor",
     .sentence = "CPU writes, the compositor shows",
     .sight = Sight::converted,
     .sees_alpha = false, // a screen has none
     .not_live = "",
     .open = open_compositor},
    {.name = "device",
     .title = "Device",
     .sentence = "CPU writes, a device reads by DMA",
     .sight = Sight::memory,
     .sees_alpha = true,
     .not_live = "",
     .open = open_device},
    {.name = "video",
     .title = "Video device",
     .sentence = "CPU writes, a video device copies",
     .sight = Sight::memory,
     .sees_alpha = true,
     .not_live = "",
     .open = open_video},
}};

} // namespace

ImageLayout rows_layout(Sight sight, const ImageLayout& layout) {
    if (sight != Sight::memory && layout.format().is_ycbcr) {
        return packed_layout(layout.extent, DRM_FORMAT_ABGR8888, 4 * layout.extent.width);
    }
    ImageLayout rows = layout;
    std::uint64_t end = 0;
    for (std::size_t i = 0; i < layout.format().plane_count; ++i) {
        rows.planes.at(i).buffer = 0;
        rows.planes.at(i).offset = end;
        end = rows.end_of(i);
    }
    return rows;
}

std::uint32_t tolerance_of(const ViewerKind& kind, const ImageLayout& layout) {
    if (kind.sight != Sight::converted) {
        return 0;
    }
    // Samples of more than 8 bits are rounded to these by the driver, in floats. Of luma and
    // chroma, drivers subtract what is 16 and 128 in 8 bits: 128/255 is 1/512 more than the middle
    // of 16 bits. And they read the upper bits of 16 as 16.
    const bool is_deep = layout.format().depth() > 8;
    return (layout.format().is_ycbcr ? sampler_bound(layout) : 0U) + (is_deep ? 1U : 0U);
}

std::span<const ViewerKind, viewer_count> viewer_kinds() noexcept {
    return kinds;
}

} // namespace parallax::demo
