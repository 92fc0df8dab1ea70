// SPDX-License-Identifier: MIT
#include "frame_way.hpp"
#include "reasons.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/vulkan/shared_image.hpp"

namespace parallax::bench {
namespace {

class ImportedWay final : public FrameWay {
public:
    explicit ImportedWay(SharedImage image) : image_(std::move(image)) {}

    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        const CpuWrite access(image_.mapping());
        frames.paint(number, part, image_.layout(), access.bytes());
    }

    void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& /*part*/) override {
        image_.imported().acquire(commands);
    }

    void end(const vk::raii::CommandBuffer& commands) override {
        image_.imported().release(commands);
    }

    [[nodiscard]] vk::DescriptorImageInfo view() override { return image_.imported().view(); }

    [[nodiscard]] bool copies() const noexcept override {
        return image_.plan().rung == Rung::buffer;
    }

private:
    SharedImage image_;
};

} // namespace

std::unique_ptr<FrameWay> imported_way(const Context& context, Exporter& exporter,
                                       const TestFrames& frames) {
    auto image = SharedImage::create(context, exporter,
                                     {.extent = frames.extent(), .format = &frames.format()});
    if (!image) {
        throw_reasons(image.error());
    }
    return std::make_unique<ImportedWay>(*std::move(image));
}

} // namespace parallax::bench
