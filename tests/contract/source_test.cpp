// SPDX-License-Identifier: MIT
// The program with each exporter, and the pictures of those that choose the layout.
#include "contract/sources.hpp"
#include "exporters/exporters.hpp"
#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/picture.hpp"
#include "support/program.hpp"
#include "support/temporary_folder.hpp"
#include "support/validated_device.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace parallax {
namespace {

using test::Program;
using test::Source;
using testing::AllOf;
using testing::HasSubstr;

constexpr int same = 0;
constexpr int different = 1;

/// As a format without alpha keeps it.
Picture opaque(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    return picture;
}

class EverySource : public test::ValidatedDevice, public testing::WithParamInterface<Source> {
protected:
    void SetUp() override {
        ValidatedDevice::SetUp();
        if (test::unavailable(GetParam().exporter())) {
            GTEST_SKIP() << "this kernel is built without dma-heaps";
        }
    }

    [[nodiscard]] std::string out() const { return folder_.path().string(); }

    [[nodiscard]] Program run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(),
                         {"--exporter", GetParam().exporter(), "--validate", "--size", "90x61"});
        return Program(std::move(arguments));
    }

private:
    test::TemporaryFolder folder_;
};

TEST_P(EverySource, IsVerified) {
    Program render = run({"render", "--views", "cpu,gpu,process", "--out", out()});
    EXPECT_EQ(render.wait(), same) << render.printed();
    EXPECT_THAT(render.printed(), AllOf(HasSubstr("same memory: 0 of"), HasSubstr("in 4 checks")));
}

/// One exporter of each kind: of bytes, of a device's pictures, of memory that a GPU writes, of a
/// camera.
class EachKind : public EverySource {};

std::vector<Source> one_of_each_kind() {
    std::vector<Source> kinds = test::sources();
    std::erase_if(kinds, [](const Source& source) {
        return source.name != "exporter" && source.name != "gbm_of_vgem" &&
               source.name != "vulkan" && source.name != "v4l2";
    });
    return kinds;
}

TEST_P(EachKind, IsFoundOutIfTheGpuHasOtherMemory) {
    Program render = run({"render", "--decoy", "--out", out()});
    EXPECT_EQ(render.wait(), different) << render.printed();
}

TEST_P(EachKind, IsVerifiedInAReport) {
    Program report = run({"report", "--import", "buffer", "--format", "XRGB8888", "--out", out()});
    EXPECT_EQ(report.wait(), same) << report.printed();
}

TEST_P(EverySource, GivesPicturesThatGpuAndCpuSee) {
    auto exporter = open_any_exporter(GetParam().exporter());
    ASSERT_TRUE(exporter) << exporter.error().front();
    auto image = SharedImage::create(context(), **exporter,
                                     {.extent = {90, 61}, .fourcc = DRM_FORMAT_XRGB8888});
    ASSERT_TRUE(image) << image.error().front();
    const OffscreenRenderer gpu(context(), image->layout());
    const Picture picture = test_pattern({90, 61}, 5);
    image->paint(picture);
    EXPECT_TRUE(compare(image->cpu_view(), gpu.read(image->imported(), image->buffer())).equal());
}

/// The other way than mmap, where there is one, reaches the same memory in both directions.
TEST_P(EverySource, HasTheSameMemoryInAnotherWay) {
    auto exporter = open_any_exporter(GetParam().exporter());
    ASSERT_TRUE(exporter) << exporter.error().front();
    auto memory = allocate_picture(**exporter, {.extent = {90, 61}, .fourcc = DRM_FORMAT_XRGB8888});
    ASSERT_TRUE(memory) << memory.error().front();
    if (!memory->access) {
        GTEST_SKIP() << "there is mmap only";
    }
    DrawnBuffer mapped(DmaBuf(memory->buffer.duplicate()), memory->layout);
    const Picture one = opaque(test_pattern({90, 61}, 6));
    memory->access->write(one);
    EXPECT_TRUE(compare(one, mapped.cpu_view()).equal());
    const Picture two = opaque(test_pattern({90, 61}, 7));
    mapped.paint(two);
    EXPECT_TRUE(compare(two, memory->access->read()).equal());
}

INSTANTIATE_TEST_SUITE_P(, EverySource, testing::ValuesIn(test::sources()),
                         [](const auto& source) { return source.param.name; });
INSTANTIATE_TEST_SUITE_P(, EachKind, testing::ValuesIn(one_of_each_kind()),
                         [](const auto& source) { return source.param.name; });

} // namespace
} // namespace parallax
