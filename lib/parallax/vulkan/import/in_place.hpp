// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/loaded_device.hpp"

#include <string>

namespace parallax::detail {

/// The methods `modifier` and `linear`: an image bound to the foreign memory, sampled in place,
/// without a copy.
class InPlace final : public ImportedImage {
public:
    /// See import_image().
    /// @return the image, or one sentence why this dma-buf cannot be imported so.
    /// @throws VulkanError when the driver refuses anything but the memory, or has none.
    [[nodiscard]] static std::expected<std::unique_ptr<ImportedImage>, std::string>
    import(const SharedDevice& device, const ImportPlan& plan, const DmaBuf& buffer);

    void acquire(VkCommandBuffer commands) override;
    void release(VkCommandBuffer commands) override;
    void store(VkCommandBuffer commands, VkImage source) override;
    /// True if the driver supports it as a destination of copies.
    [[nodiscard]] bool can_store() const noexcept override;

private:
    InPlace(SharedDevice device, const ImportPlan& plan, Owned<VkImage> image,
            Owned<VkDeviceMemory> memory);

    /// For the whole image.
    [[nodiscard]] VkImageMemoryBarrier barrier(std::uint32_t from, std::uint32_t to) const;

    SharedDevice device_;
    VkImageLayout now_ = VK_IMAGE_LAYOUT_UNDEFINED; // as recorded last
    VkExtent3D extent_;
    // In order of creation, so that they end in the reverse order.
    Owned<VkDeviceMemory> owned_memory_;
    Owned<VkImage> owned_image_;
    Owned<VkImageView> owned_view_;
};

} // namespace parallax::detail
