// SPDX-License-Identifier: MIT
#include "parallax/vulkan/local_buffer.hpp"

#include "parallax/vulkan/vma.hpp"

#include <utility>

namespace parallax {

LocalBuffer::LocalBuffer(const Allocator& allocator, vk::DeviceSize size,
                         vk::BufferUsageFlags usage, MemoryUse use)
    : allocator_(allocator.handle()),
      size_(size) {
    const VkBufferCreateInfo info = vk::BufferCreateInfo{.size = size, .usage = usage};
    const VmaAllocationCreateInfo where = allocation_info(use);
    VkBuffer buffer = nullptr;
    VmaAllocationInfo got{};
    check(vmaCreateBuffer(allocator_, &info, &where, &buffer, &allocation_, &got),
          "vmaCreateBuffer");
    buffer_ = buffer;
    if (got.pMappedData != nullptr) {
        mapped_ = {static_cast<std::byte*>(got.pMappedData), size};
    }
}

LocalBuffer::LocalBuffer(LocalBuffer&& other) noexcept
    : allocator_(other.allocator_),
      buffer_(std::exchange(other.buffer_, nullptr)),
      allocation_(std::exchange(other.allocation_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, {})) {}

LocalBuffer& LocalBuffer::operator=(LocalBuffer&& other) noexcept {
    if (this != &other) {
        vmaDestroyBuffer(allocator_, buffer_, allocation_);
        allocator_ = other.allocator_;
        buffer_ = std::exchange(other.buffer_, nullptr);
        allocation_ = std::exchange(other.allocation_, nullptr);
        size_ = std::exchange(other.size_, 0);
        mapped_ = std::exchange(other.mapped_, {});
    }
    return *this;
}

LocalBuffer::~LocalBuffer() {
    vmaDestroyBuffer(allocator_, buffer_, allocation_);
}

void LocalBuffer::invalidate() const {
    check(vmaInvalidateAllocation(allocator_, allocation_, 0, VK_WHOLE_SIZE),
          "vmaInvalidateAllocation");
}

void LocalBuffer::flush() const {
    check(vmaFlushAllocation(allocator_, allocation_, 0, VK_WHOLE_SIZE), "vmaFlushAllocation");
}

} // namespace parallax
