// SPDX-License-Identifier: MIT
#include "offscreen/local_buffer.hpp"

#include "offscreen/vma.hpp"

namespace parallax {

LocalBuffer::LocalBuffer(const Allocator& allocator, vk::DeviceSize size,
                         vk::BufferUsageFlags usage, MemoryUse use)
    : size_(size) {
    const VkBufferCreateInfo info = vk::BufferCreateInfo{.size = size, .usage = usage};
    const VmaAllocationCreateInfo where = allocation_info(use);
    VkBuffer buffer = nullptr;
    VmaAllocation allocation = nullptr;
    VmaAllocationInfo got{};
    check(vmaCreateBuffer(allocator.handle(), &info, &where, &buffer, &allocation, &got),
          "vmaCreateBuffer");
    buffer_ = {buffer, Destroy{.allocator = allocator.handle(), .allocation = allocation}};
    if (got.pMappedData != nullptr) {
        mapped_ = {static_cast<std::byte*>(got.pMappedData), size};
    }
}

void LocalBuffer::Destroy::operator()(VkBuffer buffer) const noexcept {
    vmaDestroyBuffer(allocator, buffer, allocation);
}

void LocalBuffer::invalidate() const {
    const Destroy& memory = buffer_.get_deleter();
    check(vmaInvalidateAllocation(memory.allocator, memory.allocation, 0, VK_WHOLE_SIZE),
          "vmaInvalidateAllocation");
}

void LocalBuffer::flush() const {
    const Destroy& memory = buffer_.get_deleter();
    check(vmaFlushAllocation(memory.allocator, memory.allocation, 0, VK_WHOLE_SIZE),
          "vmaFlushAllocation");
}

} // namespace parallax
