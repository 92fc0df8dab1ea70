// SPDX-License-Identifier: MIT
#include "frame_way.hpp"

#include "parallax/vulkan/barriers.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/local_buffer.hpp"
#include "parallax/vulkan/local_image.hpp"

namespace parallax::bench {
namespace {

/// Copies only the part that changed, as a careful program does.
class StagingWay final : public FrameWay {
public:
    StagingWay(const Context& context, const TestFrames& frames)
        : layout_{.extent = frames.extent(),
                  .format = &frames.format(),
                  .stride = portable_stride(frames.extent().width, frames.format().bytes)},
          staging_(context.allocator(), layout_.size(), vk::BufferUsageFlagBits::eTransferSrc,
                   MemoryUse::upload),
          image_(context.allocator(), context.device(), vulkan_format(frames.format()).format,
                 {frames.extent().width, frames.extent().height},
                 vk::ImageUsageFlagBits::eSampled | vk::ImageUsageFlagBits::eTransferDst) {}

    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        frames.paint(number, part, layout_, staging_.bytes());
        staging_.flush();
    }

    void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& part) override {
        // The first frame is a whole one: nothing of before is to be kept.
        image_barrier(commands, image_.handle(), {now_, vk::ImageLayout::eTransferDstOptimal},
                      scope::sampling, scope::copy_write);
        const vk::BufferImageCopy region{
            .bufferOffset = layout_.offset_of(static_cast<std::uint32_t>(part.offset.x),
                                              static_cast<std::uint32_t>(part.offset.y)),
            .bufferRowLength = static_cast<std::uint32_t>(layout_.stride / layout_.format->bytes),
            .imageSubresource = first_layer,
            .imageOffset = {part.offset.x, part.offset.y, 0},
            .imageExtent = {part.extent.width, part.extent.height, 1}};
        commands.copyBufferToImage(staging_.handle(), image_.handle(),
                                   vk::ImageLayout::eTransferDstOptimal, region);
        now_ = vk::ImageLayout::eShaderReadOnlyOptimal;
        image_barrier(commands, image_.handle(), {vk::ImageLayout::eTransferDstOptimal, now_},
                      scope::copy_write, scope::sampling);
    }

    void end(const vk::raii::CommandBuffer& /*commands*/) override {}

    [[nodiscard]] vk::DescriptorImageInfo view() override {
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

std::unique_ptr<FrameWay> staging_way(const Context& context, const TestFrames& frames) {
    return std::make_unique<StagingWay>(context, frames);
}

} // namespace parallax::bench
