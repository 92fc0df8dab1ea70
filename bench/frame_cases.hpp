// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"
#include "vulkan_device.hpp"

#include <memory>
#include <span>

namespace parallax::bench {

/// The share of each frame that the CPU writes anew.
struct Change {
    const char* work; ///< what the cases are called
    double share;
};

inline constexpr Change whole_frame{.work = "frame", .share = 1};
inline constexpr Change tenth_of_frame{.work = "frame-10%", .share = 0.1};
inline constexpr Change hundredth_of_frame{.work = "frame-1%", .share = 0.01};

/// Frame after frame: the CPU writes, the GPU samples it and renders a target of the same size.
/// One case for each way and size. Before a way is timed, what it renders is compared with what
/// was written; a way that shows something else fails.
/// @param sides of the square frames, in pixels.
[[nodiscard]] Cases frame_cases(std::span<const std::uint64_t> sides, const Change& change,
                                std::shared_ptr<VulkanDevice> device);

} // namespace parallax::bench
