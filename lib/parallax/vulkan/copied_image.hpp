// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/imported_image.hpp"
#include "parallax/vulkan/local_image.hpp"

#include <string>

namespace parallax {

/// The rung "buffer": the foreign memory is a buffer, which the GPU copies into an image of its
/// own at every acquire(), and samples that. For devices that cannot sample linear memory.
class CopiedImage final : public ImportedImage {
public:
    /// See import_image().
    /// @return the image, or one sentence why this dma-buf cannot be imported so.
    [[nodiscard]] static std::expected<std::unique_ptr<ImportedImage>, std::string>
    import(const Context& context, const ImportPlan& plan, const DmaBuf& buffer);

    void acquire(const vk::raii::CommandBuffer& commands) override;
    void release(const vk::raii::CommandBuffer& commands) override;
    void store(const vk::raii::CommandBuffer& commands, vk::Image source) override;
    /// Always: the buffer can be copied to.
    [[nodiscard]] bool can_store() const noexcept override { return true; }
    [[nodiscard]] vk::DescriptorImageInfo view() const noexcept override;

private:
    CopiedImage(const Context& context, const ImportPlan& plan, vk::raii::Buffer buffer,
                vk::raii::DeviceMemory memory);

    Ownership to_us_;
    Ownership to_others_;
    vk::BufferImageCopy rows_; // the same region in both directions
    // In order of creation, so that they end in the reverse order.
    vk::raii::DeviceMemory memory_;
    vk::raii::Buffer buffer_;
    LocalImage image_;
    vk::raii::ImageView view_;
};

} // namespace parallax
