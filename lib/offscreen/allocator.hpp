// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/vk.hpp"

#include <memory>

struct VmaAllocator_T;
struct VmaAllocation_T;

namespace parallax {

class Instance;

/// Where ordinary memory (not imported) should lie.
enum class MemoryUse {
    device,   ///< fastest for the GPU; the CPU does not look
    upload,   ///< the CPU writes in order, the GPU reads
    readback, ///< the GPU writes, the CPU reads
};

/// Vulkan Memory Allocator, owned. Everything made from it must end before it.
class Allocator {
public:
    /// All three are borrowed and must outlive it.
    /// @throws vk::SystemError when memory runs out.
    Allocator(const Instance& instance, const vk::raii::PhysicalDevice& physical,
              const vk::raii::Device& device);

    /// Borrowed, for calls of Vulkan Memory Allocator.
    [[nodiscard]] VmaAllocator_T* handle() const noexcept { return handle_.get(); }

private:
    struct Destroy {
        void operator()(VmaAllocator_T* allocator) const noexcept;
    };
    std::unique_ptr<VmaAllocator_T, Destroy> handle_;
};

} // namespace parallax
