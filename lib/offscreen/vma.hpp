// SPDX-License-Identifier: MIT
#pragma once

// Private to the library: Vulkan Memory Allocator's own interface, for the three classes that wrap
// it. The loader is opened at run time, so the allocator must find its functions there too.
#include "offscreen/allocator.hpp"

#define VMA_STATIC_VULKAN_FUNCTIONS 0
#define VMA_DYNAMIC_VULKAN_FUNCTIONS 1
#include <vk_mem_alloc.h>

namespace parallax {

/// How VMA is told where memory should lie.
[[nodiscard]] VmaAllocationCreateInfo allocation_info(MemoryUse use);

/// @throws vk::SystemError unless @p result is success.
void check(VkResult result, const char* what);

} // namespace parallax
