// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/allocator.hpp"
#include "offscreen/vk.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>

namespace parallax {

/// A buffer with memory of its own. Owned; host-visible ones stay mapped.
class LocalBuffer {
public:
    /// @throws vk::SystemError when memory runs out.
    LocalBuffer(const Allocator& allocator, vk::DeviceSize size, vk::BufferUsageFlags usage,
                MemoryUse use);

    /// Vulkan's buffer; borrowed.
    [[nodiscard]] vk::Buffer handle() const noexcept { return buffer_.get(); }
    /// Bytes, as asked for.
    [[nodiscard]] vk::DeviceSize size() const noexcept { return size_; }

    /// The bytes, for upload and readback memory; empty for device memory.
    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return mapped_; }

    /// Makes the GPU's writes visible to the CPU, where memory is not coherent.
    void invalidate() const;
    /// Makes the CPU's writes visible to the GPU, where memory is not coherent.
    void flush() const;

private:
    struct Destroy {
        VmaAllocator_T* allocator; // borrowed
        VmaAllocation_T* allocation;
        void operator()(VkBuffer buffer) const noexcept;
    };

    vk::DeviceSize size_;
    std::unique_ptr<std::remove_pointer_t<VkBuffer>, Destroy> buffer_;
    std::span<std::byte> mapped_;
};

} // namespace parallax
