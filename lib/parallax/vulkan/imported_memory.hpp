// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/driver_answers.hpp"

#include <expected>
#include <string>

namespace parallax {

/// Imports a dma-buf as device memory for one image or buffer.
///
/// Vulkan gets an fd of its own (a duplicate), which the driver owns once the import succeeded;
/// the DmaBuf stays the caller's and may end before the memory does.
///
/// @param needs     what the driver wants of memory for that image or buffer.
/// @param dedicated names the image or buffer; used where the driver wants a dedicated allocation.
/// @return the memory, not bound yet; or why this dma-buf will not do, with the sizes and the type
///         masks.
/// @throws std::system_error when no fd can be duplicated.
[[nodiscard]] std::expected<vk::raii::DeviceMemory, std::string>
import_memory(const Context& context, const DmaBuf& buffer, const MemoryNeeds& needs,
              const vk::MemoryDedicatedAllocateInfo& dedicated);

} // namespace parallax
