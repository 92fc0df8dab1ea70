// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "parallax/vulkan/importer.hpp"

#include <expected>
#include <memory>

namespace parallax {

/// An image in an imported dma-buf, for use by the GPU.
///
/// Owns its Vulkan objects and the imported memory, but not the DmaBuf, which may end before it.
/// The VkDevice must outlive it, and work that uses it must be done before it ends.
///
/// Between two uses by the GPU the memory belongs to the CPU and to other devices. So every use
/// is enclosed by acquire() and release(), recorded in this order into a command buffer of a queue
/// of VulkanDevice::queue_family, outside of a render pass. Each recording is submitted once, and
/// in the order of recording: the first acquire() differs from the others.
///
/// The caller handles the fences in the dma-buf: the submission waits for those of others (a
/// SyncFile in a Semaphore, or wait_until_idle()), and its own fence is added to the dma-buf.
class ImportedImage {
public:
    ImportedImage(const ImportedImage&) = delete;
    ImportedImage& operator=(const ImportedImage&) = delete;
    ImportedImage(ImportedImage&&) = delete;
    ImportedImage& operator=(ImportedImage&&) = delete;
    virtual ~ImportedImage() = default;

    /// Records the transfer of ownership from the foreign queue family, which makes writes of
    /// others before the submission visible. It keeps the bytes of the memory, also in the first
    /// call.
    ///
    /// Afterwards image() is in layout(), and every stage may read it; its former layout does not
    /// matter. The first scope has all stages and no access, so that it includes any stage at which
    /// the submission waits for a semaphore; the second has all stages, with MEMORY_READ and,
    /// unless the method is `buffer`, MEMORY_WRITE.
    virtual void acquire(VkCommandBuffer commands) = 0;

    /// Records the transfer back, which makes the GPU's writes visible to others once the
    /// submission is done.
    ///
    /// The caller must have image() in layout(). The first scope has all stages with MEMORY_READ
    /// and MEMORY_WRITE (with the method `buffer`: the transfer stage), the second is empty: a
    /// fence or semaphore of the submission orders later accesses.
    virtual void release(VkCommandBuffer commands) = 0;

    /// Records a write by the GPU into the foreign memory, between acquire() and release(): a copy
    /// from @p source, an image of the same format and extent in layout TRANSFER_SRC_OPTIMAL. Only
    /// if can_store(). With the method `buffer`, image() shows it from the next acquire() on.
    virtual void store(VkCommandBuffer commands, VkImage source) = 0;
    /// True if the GPU may write into the memory with this method.
    [[nodiscard]] virtual bool can_store() const noexcept = 0;

    /// Bound to the foreign memory; with the method `buffer` the GPU's own copy, which acquire()
    /// fills. This and the following are borrowed.
    [[nodiscard]] VkImage image() const noexcept { return image_; }
    /// Of image(): layout GENERAL, the only one with a meaning outside of Vulkan.
    [[nodiscard]] static constexpr VkImageLayout layout() noexcept {
        return VK_IMAGE_LAYOUT_GENERAL;
    }
    /// Of image().
    [[nodiscard]] VkFormat format() const noexcept { return format_; }
    /// Of image(): sampling, and source and destination of copies if the driver supports these.
    [[nodiscard]] VkImageUsageFlags usage() const noexcept { return usage_; }
    /// The imported dma-buf.
    [[nodiscard]] VkDeviceMemory memory() const noexcept { return memory_; }
    /// All of image() with components(), for a descriptor of a sampled image.
    [[nodiscard]] VkImageView view() const noexcept { return view_; }
    /// The swizzle that view() has, for views of the caller's own: an X channel reads as one.
    [[nodiscard]] VkComponentMapping components() const noexcept { return components_; }

protected:
    ImportedImage() = default;

    VkImage image_ = VK_NULL_HANDLE;         ///< borrowed from what the derived class owns
    VkFormat format_ = VK_FORMAT_UNDEFINED;  ///< of image_
    VkImageUsageFlags usage_ = 0;            ///< of image_
    VkDeviceMemory memory_ = VK_NULL_HANDLE; ///< borrowed as image_ is
    VkImageView view_ = VK_NULL_HANDLE;      ///< borrowed as image_ is
    VkComponentMapping components_{};        ///< of view_
};

/// Imports a dma-buf by the planned method only; see any_method.hpp for all.
/// @return the image, or the reasons why this dma-buf cannot be imported so.
/// @throws std::system_error when no fd can be duplicated, VulkanError when the device is lost or
///         its memory or the host's runs out.
[[nodiscard]] std::expected<std::unique_ptr<ImportedImage>, Refusal>
import_image(const Importer& importer, const ImportPlan& plan, const DmaBuf& buffer);

} // namespace parallax
