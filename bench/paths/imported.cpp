// SPDX-License-Identifier: MIT
#include "case.hpp"
#include "upload_path.hpp"

#include "offscreen/image_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/mapping.hpp"

namespace parallax::bench {
namespace {

class ImportedPath final : public UploadPath {
public:
    explicit ImportedPath(SharedImage image) : image_(std::move(image)) {}

    void write(const TestFrames& frames, std::uint32_t number, const vk::Rect2D& part) override {
        const CpuWrite access(image_.mapping());
        frames.paint(number, part, image_.layout(), access.bytes());
    }

    void begin(const vk::raii::CommandBuffer& commands, const vk::Rect2D& /*part*/) override {
        image_.imported().acquire(*commands);
    }

    void end(const vk::raii::CommandBuffer& commands) override {
        image_.imported().release(*commands);
    }

    [[nodiscard]] vk::DescriptorImageInfo descriptor() override {
        return sampled(image_.imported());
    }

    [[nodiscard]] bool copies() const noexcept override {
        return image_.plan().method == ImportMethod::buffer;
    }

private:
    SharedImage image_;
};

} // namespace

std::unique_ptr<UploadPath> imported_path(const Context& context, Exporter& exporter,
                                          const TestFrames& frames) {
    auto image = SharedImage::create(
        context, exporter,
        {.extent = frames.extent(), .fourcc = frames.fourcc(), .name = "parallax bench"});
    if (!image) {
        throw_reasons(image.error());
    }
    return std::make_unique<ImportedPath>(*std::move(image));
}

} // namespace parallax::bench
