// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/allocator.hpp"
#include "parallax/vulkan/vk.hpp"

#include <cstddef>
#include <span>

namespace parallax {

/// A buffer with memory of its own. Owned; host-visible ones stay mapped.
class LocalBuffer {
public:
    /// @throws vk::SystemError when memory runs out.
    LocalBuffer(const Allocator& allocator, vk::DeviceSize size, vk::BufferUsageFlags usage,
                MemoryUse use);
    /// Takes it over; the other one is empty then.
    LocalBuffer(LocalBuffer&& other) noexcept;
    /// Destroys what it had, and takes the other one over.
    LocalBuffer& operator=(LocalBuffer&& other) noexcept;
    LocalBuffer(const LocalBuffer&) = delete;
    LocalBuffer& operator=(const LocalBuffer&) = delete;
    ~LocalBuffer();

    /// Vulkan's buffer; borrowed.
    [[nodiscard]] vk::Buffer handle() const noexcept { return buffer_; }
    /// Bytes, as asked for.
    [[nodiscard]] vk::DeviceSize size() const noexcept { return size_; }

    /// The bytes, for upload and readback memory; empty for device memory.
    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return mapped_; }

    /// Makes the GPU's writes visible to the CPU, where memory is not coherent.
    void invalidate() const;
    /// Makes the CPU's writes visible to the GPU, where memory is not coherent.
    void flush() const;

private:
    VmaAllocator_T* allocator_ = nullptr; // borrowed
    vk::Buffer buffer_;
    VmaAllocation_T* allocation_ = nullptr;
    vk::DeviceSize size_ = 0;
    std::span<std::byte> mapped_;
};

} // namespace parallax
