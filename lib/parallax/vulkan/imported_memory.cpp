// SPDX-License-Identifier: MIT
#include "parallax/vulkan/imported_memory.hpp"

#include "parallax/vulkan/import_plan.hpp"

#include <format>

namespace parallax {

std::expected<vk::raii::DeviceMemory, std::string>
import_memory(const Context& context, const DmaBuf& buffer, const MemoryNeeds& needs,
              const vk::MemoryDedicatedAllocateInfo& dedicated) try {
    constexpr auto dma_buf = vk::ExternalMemoryHandleTypeFlagBits::eDmaBufEXT;
    if (buffer.size() < needs.size) {
        return std::unexpected(std::format("the driver wants {} bytes, the dma-buf holds {}",
                                           needs.size, buffer.size()));
    }
    const auto fd_properties = context.device().getMemoryFdPropertiesKHR(dma_buf, buffer.fd());
    const auto type = choose_memory_type(needs.type_bits, fd_properties.memoryTypeBits);
    if (!type) {
        return std::unexpected(type.error());
    }

    UniqueFd fd = buffer.duplicate();
    vk::ImportMemoryFdInfoKHR import{.handleType = dma_buf, .fd = fd.get()};
    if (needs.dedicated) {
        import.pNext = &dedicated;
    }
    vk::raii::DeviceMemory memory(
        context.device(),
        {.pNext = &import, .allocationSize = buffer.size(), .memoryTypeIndex = *type});
    // The import succeeded, and only now is the duplicate the driver's. Had it failed, the fd
    // would still be ours, and UniqueFd would have closed it.
    static_cast<void>(fd.release());
    return memory;
} catch (const vk::SystemError& error) {
    return std::unexpected(std::format(
        "the driver refused to import the dma-buf ({}); it wants {} bytes, the dma-buf holds {}{}",
        vk::to_string(static_cast<vk::Result>(error.code().value())), needs.size, buffer.size(),
        buffer.writable() ? "" : "; the fd is read-only, export it with O_RDWR"));
}

} // namespace parallax
