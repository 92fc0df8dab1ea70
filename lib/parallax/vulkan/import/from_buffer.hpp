// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/loaded_device.hpp"

#include <string>

namespace parallax::detail {

/// The method `buffer`: the foreign memory is a buffer, which the GPU copies at every acquire()
/// into an image in its own memory, which is sampled. For devices that cannot sample linear memory.
class FromBuffer final : public ImportedImage {
public:
    /// See import_image().
    /// @return the image, or one sentence why this dma-buf cannot be imported so.
    /// @throws VulkanError when the driver refuses anything but the imported memory, or has no
    ///         memory.
    [[nodiscard]] static std::expected<std::unique_ptr<ImportedImage>, std::string>
    import(const SharedDevice& device, const ImportPlan& plan, const DmaBuf& buffer);

    void acquire(VkCommandBuffer commands) override;
    void release(VkCommandBuffer commands) override;
    void store(VkCommandBuffer commands, VkImage source) override;
    /// Always: the buffer can be copied to.
    [[nodiscard]] bool can_store() const noexcept override { return true; }

private:
    FromBuffer(SharedDevice device, const ImportPlan& plan, Owned<VkBuffer> buffer,
               Owned<VkDeviceMemory> memory);

    /// For the whole buffer.
    [[nodiscard]] VkBufferMemoryBarrier barrier(std::uint32_t from, std::uint32_t to) const;

    SharedDevice device_;
    VkBufferImageCopy rows_; // the same region in both directions
    // In order of creation, so that they end in the reverse order.
    Owned<VkDeviceMemory> foreign_memory_;
    Owned<VkBuffer> foreign_;
    Owned<VkDeviceMemory> own_memory_;
    Owned<VkImage> own_;
    Owned<VkImageView> own_view_;
};

} // namespace parallax::detail
