// SPDX-License-Identifier: MIT
#include "parallax/vulkan/import/memory.hpp"

#include "parallax/text.hpp"
#include "parallax/vulkan/import/objects.hpp"
#include "parallax/vulkan/names.hpp"

#include <bit>

namespace parallax::detail {

std::expected<std::uint32_t, std::string> choose_memory_type(std::uint32_t object_bits,
                                                             std::uint32_t fd_bits) {
    const std::uint32_t both = object_bits & fd_bits;
    if (both == 0) {
        return std::unexpected(text::format(
            "no memory type suits both: the image takes 0x{:x}, the dma-buf can be 0x{:x}",
            object_bits, fd_bits));
    }
    return static_cast<std::uint32_t>(std::countr_zero(both));
}

std::expected<Owned<VkDeviceMemory>, std::string>
import_memory(const LoadedDevice& device, const DmaBuf& buffer, const MemoryNeeds& needs,
              const VkMemoryDedicatedAllocateInfo& dedicated) try {
    if (buffer.size() < needs.size) {
        return std::unexpected(text::format("the driver wants {} bytes, the dma-buf holds {}",
                                            needs.size, buffer.size()));
    }
    VkMemoryFdPropertiesKHR fd_properties{.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
    check(
        device.GetMemoryFdPropertiesKHR(device.device, dma_buf_handle, buffer.fd(), &fd_properties),
        "vkGetMemoryFdPropertiesKHR");
    const auto type = choose_memory_type(needs.type_bits, fd_properties.memoryTypeBits);
    if (!type) {
        return std::unexpected(type.error());
    }

    UniqueFd fd = buffer.duplicate();
    const VkImportMemoryFdInfoKHR import{.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
                                         .pNext = needs.dedicated ? &dedicated : nullptr,
                                         .handleType = dma_buf_handle,
                                         .fd = fd.get()};
    // A dedicated allocation has the size that its image or buffer requires, even if the dma-buf is
    // larger.
    const VkMemoryAllocateInfo info{.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                    .pNext = &import,
                                    .allocationSize = needs.dedicated ? needs.size : buffer.size(),
                                    .memoryTypeIndex = *type};
    VkDeviceMemory memory = VK_NULL_HANDLE;
    check(device.AllocateMemory(device.device, &info, nullptr, &memory), "vkAllocateMemory");
    // The driver owns the duplicate only after the import has succeeded. After a failure UniqueFd
    // still owns it, and closes it.
    static_cast<void>(fd.release());
    return Owned<VkDeviceMemory>(device.device, memory, device.FreeMemory);
} catch (const VulkanError& error) {
    if (!is_refusal(error.result())) {
        throw;
    }
    return std::unexpected(text::format(
        "the driver refused to import the dma-buf ({}); it wants {} bytes, the dma-buf holds {}{}",
        result_name(error.result()), needs.size, buffer.size(),
        buffer.writable() ? "" : "; the fd is read-only, export it with O_RDWR"));
}

} // namespace parallax::detail
