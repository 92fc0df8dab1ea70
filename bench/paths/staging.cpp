// SPDX-License-Identifier: MIT
#include "upload_path.hpp"

#include "offscreen/barriers.hpp"
#include "offscreen/formats.hpp"
#include "offscreen/local_buffer.hpp"
#include "offscreen/local_image.hpp"

namespace parallax::bench {
namespace {

/// Copies only the part that changed.
class StagingPath final : public UploadPath {
public:
    StagingPath(const Context& context, const TestFrames& frames)
        : layout_(portable_layout(frames.extent(), frames.fourcc())),
          staging_(context.allocator(), layout_.size(), vk::BufferUsageFlagBits::eTransferSrc,
                   MemoryUse::upload),
          image_(context.allocator(), context.device(), vk_format(frames.fourcc()),
                 {frames.extent().width, frames.extent().height},
                 vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst) {}

    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        frames.paint(number, part, layout_, staging_.bytes());
        staging_.flush();
    }

    void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) override {
        const vk::BufferImageCopy region{
            .bufferOffset = layout_.offset_of(static_cast<std::uint32_t>(part.offset.x),
                                              static_cast<std::uint32_t>(part.offset.y)),
            .bufferRowLength =
                static_cast<std::uint32_t>(layout_.planes[0].stride / layout_.format().bytes()),
            .imageSubresource = first_layer,
            .imageOffset = {part.offset.x, part.offset.y, 0},
            .imageExtent = {part.extent.width, part.extent.height, 1}};
        // The first frame is a whole one: nothing of before is to be kept.
        copy_to_sampled(commands, staging_.handle(), image_.handle(), region, now_);
        now_ = vk::ImageLayout::eShaderReadOnlyOptimal;
    }

    void end(const vk::raii::CommandBuffer& /*commands*/) override {}

    [[nodiscard]] vk::DescriptorImageInfo descriptor() override {
        return {.imageView = image_.view(), .imageLayout = now_};
    }

    [[nodiscard]] bool copies() const noexcept override { return true; }

private:
    ImageLayout layout_; // of the staging buffer
    LocalBuffer staging_;
    LocalImage image_;
    vk::ImageLayout now_ = vk::ImageLayout::eUndefined;
};

} // namespace

std::unique_ptr<UploadPath> staging_path(const Context& context, const TestFrames& frames) {
    return std::make_unique<StagingPath>(context, frames);
}

} // namespace parallax::bench
