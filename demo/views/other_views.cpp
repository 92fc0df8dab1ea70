// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include <array>

namespace parallax::demo {
namespace {

constexpr std::array kinds{
    OtherView{.name = "display",
              .title = "display view",
              .check = "cpu_to_display",
              .sentence = "CPU writes, display shows",
              .look = look_at_display},
    OtherView{.name = "process",
              .title = "another process",
              .check = "cpu_to_process",
              .sentence = "CPU writes, another process's GPU reads",
              .look = look_from_process},
    OtherView{.name = "device",
              .title = "device view",
              .check = "cpu_to_device",
              .sentence = "CPU writes, a device reads by DMA",
              .look = look_from_device},
};

} // namespace

std::span<const OtherView> other_views() noexcept {
    return kinds;
}

} // namespace parallax::demo
