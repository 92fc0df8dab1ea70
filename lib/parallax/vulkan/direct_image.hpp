// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/imported_image.hpp"

#include <string>

namespace parallax {

/// The rungs "modifier" and "linear": an image bound to the foreign memory itself, sampled in
/// place. No copy lies between the writer and the sampler.
class DirectImage final : public ImportedImage {
public:
    /// See import_image().
    /// @return the image, or one sentence why this dma-buf cannot be imported so.
    [[nodiscard]] static std::expected<std::unique_ptr<ImportedImage>, std::string>
    import(const Context& context, const ImportPlan& plan, const DmaBuf& buffer);

    void acquire(const vk::raii::CommandBuffer& commands) override;
    void release(const vk::raii::CommandBuffer& commands) override;
    void store(const vk::raii::CommandBuffer& commands, vk::Image source) override;
    /// Whether the driver lets it be a destination of copies.
    [[nodiscard]] bool can_store() const noexcept override;
    [[nodiscard]] vk::DescriptorImageInfo view() const noexcept override;

private:
    DirectImage(const Context& context, const ImportPlan& plan, vk::raii::Image image,
                vk::raii::DeviceMemory memory);

    Ownership to_us_;
    Ownership to_others_;
    vk::ImageUsageFlags usage_;
    vk::Extent3D extent_;
    // In order of creation, so that they end in the reverse order.
    vk::raii::DeviceMemory memory_;
    vk::raii::Image image_;
    vk::raii::ImageView view_;
};

} // namespace parallax
