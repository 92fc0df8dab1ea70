// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/device.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <vulkan/vulkan_core.h>

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace parallax {

/// A picture in one dma-buf or several, imported plane by plane as images that any GPU can sample:
/// luma and chroma separately for NV12, two pixels in one texel for YUYV. A picture of one plane is
/// one image. Owns the imports.
class ImportedYcbcr {
public:
    /// Imports all planes.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return the import, or the reasons why a plane cannot be imported.
    /// @throws as import_image(), and std::invalid_argument for a fourcc that is not in the table.
    [[nodiscard]] static std::expected<ImportedYcbcr, Reasons>
    create(const Importer& importer, std::span<const DmaBuf> buffers, const ImageLayout& layout);
    /// The same where all planes lie in one buffer.
    [[nodiscard]] static std::expected<ImportedYcbcr, Reasons>
    create(const Importer& importer, const DmaBuf& buffer, const ImageLayout& layout) {
        return create(importer, std::span(&buffer, 1), layout);
    }

    /// The import method of the planes; the worst if they differ.
    [[nodiscard]] ImportMethod method() const noexcept { return method_; }
    /// Why better methods would not do, for each plane.
    [[nodiscard]] const Reasons& refused() const noexcept { return refused_; }

    /// Records the transfer of ownership, as ImportedImage::acquire().
    void acquire(VkCommandBuffer commands);
    /// Records the transfer back, as ImportedImage::release().
    void release(VkCommandBuffer commands);

    /// The images, in the order of the planes. Borrowed.
    [[nodiscard]] std::span<const std::unique_ptr<ImportedImage>> planes() const noexcept {
        return planes_;
    }

private:
    ImportedYcbcr() = default;

    std::vector<std::unique_ptr<ImportedImage>> planes_;
    ImportMethod method_ = ImportMethod::modifier;
    Reasons refused_;
};

/// A picture of luma and chroma, imported as one image with all its planes, as compositors and
/// decoders do: G8_B8R8_2PLANE_420 and the like, with the layout of each plane; DISJOINT where the
/// planes lie in several dma-bufs. It is sampled through a VkSamplerYcbcrConversion.
///
/// Owns its Vulkan objects and the imported memory. The rules of ImportedImage apply.
class ImportedMultiplanar {
public:
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return the import, or every reason why this device cannot do it.
    /// @throws std::system_error when no fd can be duplicated, VulkanError when the device is lost
    ///         or its memory or the host's runs out.
    [[nodiscard]] static std::expected<std::unique_ptr<ImportedMultiplanar>, Reasons>
    create(const Importer& importer, std::span<const DmaBuf> buffers, const ImageLayout& layout);

    ImportedMultiplanar(const ImportedMultiplanar&) = delete;
    ImportedMultiplanar& operator=(const ImportedMultiplanar&) = delete;
    ImportedMultiplanar(ImportedMultiplanar&&) = delete;
    ImportedMultiplanar& operator=(ImportedMultiplanar&&) = delete;
    ~ImportedMultiplanar();

    /// As ImportedImage::acquire().
    void acquire(VkCommandBuffer commands);
    /// As ImportedImage::release().
    void release(VkCommandBuffer commands);

    /// "one image of 2 planes, modifier LINEAR, DISJOINT", for people.
    [[nodiscard]] const std::string& name() const noexcept;
    /// All of the image, in layout GENERAL, with conversion(). This and the next are borrowed.
    [[nodiscard]] VkImageView view() const noexcept;
    /// The layout's encoding, range and siting; chroma is not interpolated.
    [[nodiscard]] VkSamplerYcbcrConversion conversion() const noexcept;

private:
    struct Parts;
    explicit ImportedMultiplanar(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

/// The layout that memory needs to be imported as one image.
/// @param wanted format, extent, colour, and the layout of the planes that is wished for.
/// @return @p wanted where the driver takes the modifier LINEAR, the driver's own offsets and
/// strides
///         where it takes linear tiling only; or every reason why it has no such images.
/// @throws VulkanError when the device is lost or memory runs out, std::invalid_argument for a
///         fourcc that is not in the table.
[[nodiscard]] std::expected<ImageLayout, Reasons> multiplanar_layout(const Importer& importer,
                                                                     const ImageLayout& wanted);

} // namespace parallax
