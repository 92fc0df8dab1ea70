// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/allocator.hpp"
#include "offscreen/device_facts.hpp"
#include "offscreen/instance.hpp"
#include "offscreen/vk.hpp"
#include "parallax/vulkan/device.hpp"

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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
    ///         does all that is needed, or import needs more than there is.
    Context(const Instance& instance, vk::raii::PhysicalDevice physical, const Options& options);
    /// The same, without a surface.
    Context(const Instance& instance, vk::raii::PhysicalDevice physical)
        : Context(instance, std::move(physical), Options{}) {}

    /// Opens the first that can be opened of the devices that @p wish names; see usable_devices().
    /// @return the context, or the reasons, naming every device and what it lacks or failed at.
    /// @throws vk::DeviceLostError when none can be opened and one of them was lost.
    [[nodiscard]] static std::expected<std::unique_ptr<Context>, Reasons>
    open(const Instance& instance, const std::string& wish, const Options& options);
    /// The same, without a surface.
    [[nodiscard]] static std::expected<std::unique_ptr<Context>, Reasons>
    open(const Instance& instance, const std::string& wish) {
        return open(instance, wish, Options{});
    }

    /// What the device can do. This and the following are borrowed: they live as long as the
    /// Context.
    [[nodiscard]] const DeviceFacts& facts() const noexcept { return facts_; }
    /// True if the validation layers are on.
    [[nodiscard]] bool validated() const noexcept { return validated_; }
    /// The device as the instance lists it.
    [[nodiscard]] const vk::raii::PhysicalDevice& physical() const noexcept { return physical_; }
    /// The logical device.
    [[nodiscard]] const vk::raii::Device& device() const noexcept { return device_; }
    /// The only queue: graphics, compute and transfer; presenting too, if a surface was given.
    [[nodiscard]] const vk::raii::Queue& queue() const noexcept { return queue_; }
    /// Index of the family of queue().
    [[nodiscard]] std::uint32_t queue_family() const noexcept { return queue_family_; }
    /// A command buffer of this queue, which can be reset.
    [[nodiscard]] vk::raii::CommandBuffer allocate_commands() const;
    /// For memory that is not imported.
    [[nodiscard]] const Allocator& allocator() const noexcept { return allocator_; }

    /// All of it that import needs; borrowed.
    [[nodiscard]] VulkanDevice vulkan_device() const noexcept;
    /// For imports into the device.
    [[nodiscard]] const Importer& importer() const noexcept { return importer_; }

    /// Submits recorded commands.
    /// @param done    signalled when they are.
    /// @param before  semaphore to wait for, if there is one; and what waits.
    /// @param after   semaphore to signal, if there is one.
    void submit(const vk::raii::CommandBuffer& commands, vk::Fence done,
                const vk::SemaphoreSubmitInfo& before = {},
                const vk::SemaphoreSubmitInfo& after = {}) const;

    /// Records with @p record, submits, and waits until the GPU is done. For tools and tests; a
    /// frame loop keeps frames in flight instead.
    /// @throws vk::SystemError, vk::DeviceLostError among them.
    void run(const std::function<void(const vk::raii::CommandBuffer&)>& record) const;

private:
    // In order of creation, so that they end in the reverse order.
    bool validated_;
    VkInstance instance_;
    PFN_vkGetInstanceProcAddr get_instance_proc_addr_;
    vk::raii::PhysicalDevice physical_;
    DeviceFacts facts_;
    std::uint32_t queue_family_;
    std::vector<const char*> extensions_; // enabled
    vk::raii::Device device_;
    vk::raii::Queue queue_;
    vk::raii::CommandPool pool_;
    Allocator allocator_;
    Importer importer_;
};

} // namespace parallax
