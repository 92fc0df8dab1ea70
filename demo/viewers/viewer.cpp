// SPDX-License-Identifier: MIT
#include "viewers/viewer.hpp"

#include <array>

namespace parallax::demo {
namespace {

constexpr std::array<ViewerKind, viewer_count> kinds{{
    {.name = "process",
     .title = "Another process",
     .sentence = "CPU writes, another process reads",
     .sees_alpha = true,
     .not_live = "",
     .open = open_process},
    {.name = "process-import",
     .title = "Another process's GPU",
     .sentence = "CPU writes, another process's GPU reads",
     .sees_alpha = true,
     .not_live = "it starts a Vulkan device for each picture; parallax render has it",
     .open = open_process_import},
    {.name = "gl",
     .title = "OpenGL",
     .sentence = "CPU writes, OpenGL draws",
     .sees_alpha = true,
     .not_live = "",
     .open = open_gl},
    {.name = "display",
     .title = "Display",
     .sentence = "CPU writes, display shows",
     .sees_alpha = false, // a screen has none
     .not_live = "",
     .open = open_display},
    {.name = "compositor",
     .title = "Compositor",
     .sentence = "CPU writes, the compositor shows",
     .sees_alpha = false, // a screen has none
     .not_live = "",
     .open = open_compositor},
    {.name = "device",
     .title = "Device",
     .sentence = "CPU writes, a device reads by DMA",
     .sees_alpha = true,
     .not_live = "",
     .open = open_device},
}};

} // namespace

std::span<const ViewerKind, viewer_count> viewer_kinds() noexcept {
    return kinds;
}

} // namespace parallax::demo
