// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/vulkan/import_plan.hpp"
#include "parallax/vulkan/imported_image.hpp"
#include "parallax/ycbcr.hpp"

#include <array>
#include <expected>
#include <memory>
#include <vector>

namespace parallax {

/// A YCbCr picture in a dma-buf, imported plane by plane, as images that any GPU can sample: luma
/// and chroma apart for NV12, two pixels in one texel for YUYV. Owns the imports.
class ImportedYcbcr {
public:
    /// @return the import, or the reasons why a plane cannot be imported.
    [[nodiscard]] static std::expected<ImportedYcbcr, Reasons>
    create(const Context& context, const DmaBuf& buffer, const YcbcrLayout& layout);

    /// How the planes were imported; the worst of them.
    [[nodiscard]] Rung rung() const noexcept { return rung_; }

    /// Record the change of ownership, as in ImportedImage.
    void acquire(const vk::raii::CommandBuffer& commands);
    /// The transfer back.
    void release(const vk::raii::CommandBuffer& commands);

    /// For the shader's two samplers: luma and chroma, or twice the only plane.
    [[nodiscard]] std::array<vk::DescriptorImageInfo, 2> views() const;

private:
    ImportedYcbcr() = default;

    std::vector<std::unique_ptr<ImportedImage>> planes_;
    Rung rung_ = Rung::modifier;
};

} // namespace parallax
