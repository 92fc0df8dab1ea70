// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/import/image.hpp"

#include <array>
#include <expected>
#include <memory>
#include <vector>

namespace parallax {

/// A YCbCr picture in a dma-buf, imported plane by plane as images that any GPU can sample: luma
/// and chroma separately for NV12, two pixels in one texel for YUYV. Owns the imports.
class ImportedYcbcr {
public:
    /// Imports all planes.
    /// @return the import, or the reasons why a plane cannot be imported.
    /// @throws std::system_error when no fd can be duplicated.
    [[nodiscard]] static std::expected<ImportedYcbcr, Reasons>
    create(const Importer& importer, const DmaBuf& buffer, const ImageLayout& layout);

    /// The import method of the planes; the worst if they differ.
    [[nodiscard]] ImportMethod method() const noexcept { return method_; }
    /// Why better methods would not do, for each plane.
    [[nodiscard]] const Reasons& refused() const noexcept { return refused_; }

    /// Records the transfer of ownership, as ImportedImage::acquire().
    void acquire(VkCommandBuffer commands);
    /// Records the transfer back, as ImportedImage::release().
    void release(VkCommandBuffer commands);

    /// The images for the shader's two samplers: luma and chroma, or twice the only plane.
    /// Borrowed.
    [[nodiscard]] std::array<const ImportedImage*, 2> samplers() const {
        return {planes_.front().get(), planes_.back().get()};
    }

private:
    ImportedYcbcr() = default;

    std::vector<std::unique_ptr<ImportedImage>> planes_;
    ImportMethod method_ = ImportMethod::modifier;
    Reasons refused_;
};

} // namespace parallax
