// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/vulkan/device.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>

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

/// An import, and how it came about.
struct Import {
    ImportPlan plan;                      ///< with all refusals of better methods
    std::unique_ptr<ImportedImage> image; ///< never null
};

/// The same of memory that was allocated for it.
struct AllocatedImport {
    ImportPlan plan;                      ///< with all refusals of better methods
    DmaBuf buffer;                        ///< of ImportPlan::buffer_size() or more
    std::unique_ptr<ImportedImage> image; ///< never null
};

/// Imports memory that exists, by the best method that suits it and that the driver takes: asks the
/// driver, plans, and imports. Where the driver refuses the import itself, the next method is
/// tried. Drivers do so for reasons that they cannot be asked for: the memory lies where the device
/// does not reach, or they want more bytes than they said.
/// @param layout where the pixels lie; of one plane, and LINEAR: other modifiers are refused.
/// @param only   a method to take and no other.
/// @return the import, or every refusal of every method considered; nothing is left behind then.
/// @throws std::system_error when no fd can be duplicated, VulkanError when the device is lost or
///         its memory or the host's runs out, std::invalid_argument for a fourcc that no VkFormat
///         is known for, as those of luma and chroma (ImportedYcbcr).
[[nodiscard]] std::expected<Import, Reasons>
import_image(const Importer& importer, const ImageLayout& layout, const DmaBuf& buffer,
             std::optional<ImportMethod> only = std::nullopt);

/// Allocates memory that suits the best method that the driver takes, and imports it.
/// @param allocate gives a buffer of that many bytes or more; called for each method that is tried,
///                 when the buffer of the former has ended.
/// @param only     a method to take and no other.
/// @return as import_image().
/// @throws as import_image(), and what @p allocate throws.
[[nodiscard]] std::expected<AllocatedImport, Reasons>
allocate_image(const Importer& importer, const ImageRequest& request,
               const std::function<DmaBuf(std::uint64_t size)>& allocate,
               std::optional<ImportMethod> only = std::nullopt);

/// The last step of import_image(), after ask_driver() and plan_import(): imports a dma-buf by the
/// planned method only.
/// @return the image, or the reasons why this dma-buf cannot be imported so.
/// @throws std::system_error when no fd can be duplicated, VulkanError when the device is lost or
///         its memory or the host's runs out.
[[nodiscard]] std::expected<std::unique_ptr<ImportedImage>, Refusal>
import_image(const Importer& importer, const ImportPlan& plan, const DmaBuf& buffer);

} // namespace parallax
