// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "parallax/vulkan/loaded_device.hpp"

#include <expected>
#include <string>

// Private to the library: a dma-buf as device memory.
namespace parallax::detail {

/// Chooses a memory type that both the object and the fd permit: the lowest common bit.
/// @return its index, or the reason, with both masks.
[[nodiscard]] std::expected<std::uint32_t, std::string>
choose_memory_type(std::uint32_t object_bits, std::uint32_t fd_bits);

/// Imports a dma-buf as device memory for one image or buffer.
///
/// Vulkan gets a duplicate of the fd, which the driver owns once the import has succeeded; the
/// DmaBuf stays the caller's and may end before the memory.
///
/// @param needs     the memory requirements of that image or buffer.
/// @param dedicated names the image or buffer, for drivers that require a dedicated allocation.
/// @return the memory, not bound yet; or the reason why this dma-buf is not suitable, with the
///         sizes and the type masks.
/// @throws std::system_error when no fd can be duplicated, VulkanError for a result that is no
///         refusal, see is_refusal().
[[nodiscard]] std::expected<Owned<VkDeviceMemory>, std::string>
import_memory(const LoadedDevice& device, const DmaBuf& buffer, const MemoryNeeds& needs,
              const VkMemoryDedicatedAllocateInfo& dedicated);

} // namespace parallax::detail
