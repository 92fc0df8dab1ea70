// SPDX-License-Identifier: MIT
#pragma once

#include "buffer_cases.hpp"
#include "vulkan_device.hpp"

namespace parallax::bench {

/// Vulkan imports a buffer that the CPU has written, and the GPU reads all of it, twice: the first
/// time it, or its driver, meets the memory's pages.
[[nodiscard]] Cases import_cases(const Sources& sources, std::span<const std::uint64_t> sizes,
                                 const std::shared_ptr<VulkanDevice>& device);

} // namespace parallax::bench
