// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/allocator.hpp"
#include "parallax/vulkan/device_facts.hpp"
#include "parallax/vulkan/instance.hpp"
#include "parallax/vulkan/vk.hpp"

#include <functional>
#include <span>

namespace parallax {

/// A device ready for work: one queue for graphics, compute and transfer, an allocator for memory
/// that is not imported, and every extension enabled that import can use.
///
/// Owns them all; the Instance must outlive it. Used from one thread.
class Context {
public:
    /// What a device is wanted for besides sharing memory.
    struct Options {
        /// When set: the queue must be able to present to this surface.
        vk::SurfaceKHR surface = nullptr;
    };

    /// @throws vk::SystemError when the driver refuses; std::runtime_error when no queue family
    ///         does all that is needed.
    Context(const Instance& instance, vk::raii::PhysicalDevice physical, const Options& options);
    /// The same, without a surface.
    Context(const Instance& instance, vk::raii::PhysicalDevice physical)
        : Context(instance, std::move(physical), Options{}) {}

    /// What the device can do. This and the following are borrowed: they live as long as the
    /// Context.
    [[nodiscard]] const DeviceFacts& facts() const noexcept { return facts_; }
    /// The device as the instance lists it.
    [[nodiscard]] const vk::raii::PhysicalDevice& physical() const noexcept { return physical_; }
    /// The logical device.
    [[nodiscard]] const vk::raii::Device& device() const noexcept { return device_; }
    /// The only queue: graphics, compute and transfer; presenting too, if a surface was given.
    [[nodiscard]] const vk::raii::Queue& queue() const noexcept { return queue_; }
    /// Index of the family of queue().
    [[nodiscard]] std::uint32_t queue_family() const noexcept { return queue_family_; }
    /// For command buffers of this queue, each of which can be reset.
    [[nodiscard]] const vk::raii::CommandPool& command_pool() const noexcept { return pool_; }
    /// For memory that is not imported.
    [[nodiscard]] const Allocator& allocator() const noexcept { return allocator_; }

    /// The queue family that stands for users of memory outside Vulkan, in ownership transfers:
    /// FOREIGN where the device has it, else EXTERNAL.
    [[nodiscard]] std::uint32_t foreign_family() const noexcept {
        return facts_.foreign_queue ? VK_QUEUE_FAMILY_FOREIGN_EXT : VK_QUEUE_FAMILY_EXTERNAL;
    }

    /// Records with @p record, submits, and waits until the GPU is done. For tools and tests; a
    /// frame loop keeps frames in flight instead.
    /// @throws vk::SystemError, vk::DeviceLostError among them.
    void run(const std::function<void(const vk::raii::CommandBuffer&)>& record) const;

private:
    // In order of creation, so that they end in the reverse order.
    vk::raii::PhysicalDevice physical_;
    DeviceFacts facts_;
    std::uint32_t queue_family_;
    vk::raii::Device device_;
    vk::raii::Queue queue_;
    vk::raii::CommandPool pool_;
    Allocator allocator_;
};

} // namespace parallax
