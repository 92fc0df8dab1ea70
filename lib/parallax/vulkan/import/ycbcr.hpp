// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <expected>
#include <memory>
#include <span>
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
    /// @throws std::system_error when no fd can be duplicated.
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

} // namespace parallax
