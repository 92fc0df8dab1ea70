// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/import_plan.hpp"

#include <expected>
#include <memory>

namespace parallax {

/// A picture in foreign memory, as the GPU sees it: the GPU view.
///
/// Owns its Vulkan objects and the imported memory, but not the DmaBuf, which may end before it.
/// The Context must outlive it. Every use by the GPU stands between acquire() and release(),
/// recorded into the same command buffer; between two uses the memory belongs to the CPU and to
/// other devices.
class ImportedImage {
public:
    ImportedImage() = default;
    ImportedImage(const ImportedImage&) = delete;
    ImportedImage& operator=(const ImportedImage&) = delete;
    ImportedImage(ImportedImage&&) = delete;
    ImportedImage& operator=(ImportedImage&&) = delete;
    virtual ~ImportedImage() = default;

    /// Records the transfer of ownership from the foreign queue family: what others wrote before
    /// the submission becomes visible. Afterwards view() may be sampled.
    virtual void acquire(const vk::raii::CommandBuffer& commands) = 0;

    /// Records the transfer back: what the GPU wrote becomes visible to others once the submission
    /// is done.
    virtual void release(const vk::raii::CommandBuffer& commands) = 0;

    /// Records a write by the GPU into the foreign memory: a copy from @p source, an image of the
    /// same format and extent in layout TRANSFER_SRC_OPTIMAL. Only if can_store().
    virtual void store(const vk::raii::CommandBuffer& commands, vk::Image source) = 0;
    /// Whether the GPU may write into the memory on this rung.
    [[nodiscard]] virtual bool can_store() const noexcept = 0;

    /// For sampling in a shader, between acquire() and release().
    [[nodiscard]] virtual vk::DescriptorImageInfo view() const noexcept = 0;
};

/// Imports a dma-buf as the plan says.
/// @return the image, or why this dma-buf cannot be imported so; nothing is left behind then.
/// @throws vk::DeviceLostError.
[[nodiscard]] std::expected<std::unique_ptr<ImportedImage>, Reasons>
import_image(const Context& context, const ImportPlan& plan, const DmaBuf& buffer);

} // namespace parallax
