// SPDX-License-Identifier: MIT
// Every format of the table on a real exporter and driver: what the CPU wrote is what the GPU
// samples, at the depth of the format, from planes in one dma-buf and in several; and what is
// imported as one image is converted within the bound.
#include "support/validated_device.hpp"

#include "offscreen/multiplanar_renderer.hpp"
#include "offscreen/picture_renderer.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/drawn_buffer.hpp"
#include "parallax/image/ycbcr.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/multiplanar.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace parallax {
namespace {

using testing::HasSubstr;

// Multiples of little, so that strides have padding.
constexpr Extent frame_extent{.width = 242, .height = 66};

struct FormatWay {
    Format format;
    PlanePlacement placement;
};

std::vector<FormatWay> all_format_ways() {
    std::vector<FormatWay> ways;
    for (const Format& format : formats()) {
        ways.push_back({.format = format, .placement = PlanePlacement::one_buffer});
        if (format.plane_count > 1) {
            ways.push_back({.format = format, .placement = PlanePlacement::buffer_each});
        }
    }
    return ways;
}

class EveryFormat : public test::ValidatedDevice, public testing::WithParamInterface<FormatWay> {
protected:
    [[nodiscard]] ImageLayout layout() const {
        return portable_layout(frame_extent, GetParam().format.fourcc, GetParam().placement)
            .with(parse_colour("709-limited").value());
    }

    static void expect_equal(const SampledPicture& expected, const SampledPicture& seen,
                             std::string_view what) {
        const Comparison result = compare(expected, seen);
        EXPECT_TRUE(result.equal())
            << what << ": " << result.different << " of " << result.compared
            << " pixels differ, by " << result.largest << ", the first at "
            << (result.first ? result.first->x : 0) << ", " << (result.first ? result.first->y : 0);
    }
};

TEST_P(EveryFormat, ViewsAgree) {
    const auto exporter = open("exporter");
    DrawnBuffer drawn(*exporter, layout());
    auto imported = ImportedYcbcr::create(context().importer(), drawn.buffers(), drawn.layout());
    if (!imported) { // 24 bits: the only ones that drivers lack
        EXPECT_THAT(GetParam().format.name, testing::EndsWith("888"));
        EXPECT_EQ(GetParam().format.bytes(), 3U);
        EXPECT_THAT(imported.error().front(), HasSubstr(GetParam().format.name));
        return;
    }
    const PictureRenderer gpu(context(), drawn.layout());
    drawn.paint(test_pattern(frame_extent, 1));
    expect_equal(drawn.view(), gpu.read(*imported, drawn.buffers()), "first write");
    drawn.paint(test_pattern(frame_extent, 2));
    const SampledPicture second = drawn.view();
    expect_equal(second, gpu.read(*imported, drawn.buffers()), "second write, same import");
    ASSERT_TRUE(gpu.write_negative(*imported, drawn.buffers()));
    const SampledPicture expected = negative(second, drawn.layout().colour());
    expect_equal(expected, drawn.view(), "written by the GPU");
    expect_equal(expected, gpu.read(*imported, drawn.buffers()), "written and read by the GPU");
}

TEST_P(EveryFormat, ALowBitThatDiffersIsFound) {
    const auto exporter = open("exporter");
    DrawnBuffer drawn(*exporter, layout());
    auto imported = ImportedYcbcr::create(context().importer(), drawn.buffers(), drawn.layout());
    if (!imported || !has_samples(GetParam().format)) {
        return;
    }
    const PictureRenderer gpu(context(), drawn.layout());
    drawn.paint(test_pattern(frame_extent, 1));
    SampledPicture written = drawn.view();
    std::uint16_t& sample = written.samples->planes[0].front();
    sample = static_cast<std::uint16_t>(sample ^ 1U);
    const Comparison result = compare(written, gpu.read(*imported, drawn.buffers()));
    EXPECT_EQ(result.different, GetParam().format.planes[0].width);
    EXPECT_EQ(result.largest, 1U);
}

/// The layers (of 1.4.309) end the process when memory is bound to the planes of an image with a
/// modifier.
class EveryFormatOfOneImage : public EveryFormat {
    [[nodiscard]] bool validated() const override {
        return GetParam().placement == PlanePlacement::one_buffer;
    }
};

TEST_P(EveryFormatOfOneImage, IsConvertedBySamplersWithinTheBound) {
    const auto driver = multiplanar_layout(context().importer(), layout());
    if (!driver) { // the driver names what it lacks
        EXPECT_THAT(driver.error().back(), HasSubstr(GetParam().format.name));
        RecordProperty("refused", driver.error().back());
        return;
    }
    const auto exporter = open("exporter");
    for (const char* const colour : {"601-limited", "709-full-center", "2020-limited-topleft"}) {
        SCOPED_TRACE(colour);
        // lavapipe wants the size of the whole picture for each plane.
        std::vector<DmaBuf> buffers;
        for (std::uint32_t i = 0; i < driver->buffer_count(); ++i) {
            buffers.push_back(exporter->allocate(8 * roomy_size(*driver, i)));
        }
        DrawnBuffer drawn(std::move(buffers), driver->with(parse_colour(colour).value()));
        auto imported =
            ImportedMultiplanar::create(context().importer(), drawn.buffers(), drawn.layout());
        if (!imported) { // linear images of this driver in several dma-bufs, for example
            ADD_FAILURE() << imported.error().front();
            continue;
        }
        const MultiplanarRenderer gpu(context(), **imported, frame_extent);
        for (std::uint32_t seed = 1; seed <= 2; ++seed) { // the second without a new import
            drawn.paint(test_pattern(frame_extent, seed));
            const Comparison result =
                compare(drawn.cpu_view(), gpu.read(drawn.buffers()), sampler_bound(drawn.layout()));
            EXPECT_TRUE(result.equal()) << result.different << " differ, by " << result.largest;
            RecordProperty(std::string("largest ") + colour, static_cast<int>(result.largest));
        }
    }
}

std::string name_of(const testing::TestParamInfo<FormatWay>& way) {
    return text::format("{}{}", way.param.format.name,
                        way.param.placement == PlanePlacement::one_buffer ? "" : "_each");
}

std::vector<FormatWay> ycbcr_ways() {
    std::vector<FormatWay> ways = all_format_ways();
    std::erase_if(ways, [](const FormatWay& way) { return !way.format.is_ycbcr; });
    return ways;
}

INSTANTIATE_TEST_SUITE_P(, EveryFormat, testing::ValuesIn(all_format_ways()), name_of);
INSTANTIATE_TEST_SUITE_P(, EveryFormatOfOneImage, testing::ValuesIn(ycbcr_ways()), name_of);

class Planes : public test::ValidatedDevice {};

TEST_F(Planes, TilesAreRefusedInBothWays) {
    const auto exporter = open("exporter");
    ImageLayout nv12 =
        portable_layout({.width = 64, .height = 32}, DRM_FORMAT_NV12, PlanePlacement::one_buffer);
    const DmaBuf buffer = exporter->allocate(nv12.size(0));
    nv12.modifier = I915_FORMAT_MOD_X_TILED;
    const auto planes = ImportedYcbcr::create(context().importer(), buffer, nv12);
    ASSERT_FALSE(planes);
    EXPECT_THAT(planes.error().front(), HasSubstr("only LINEAR is imported"));
    const auto whole =
        ImportedMultiplanar::create(context().importer(), std::span(&buffer, 1), nv12);
    ASSERT_FALSE(whole);
    EXPECT_THAT(whole.error().front(), HasSubstr("only LINEAR is imported"));
}

TEST_F(Planes, ADmaBufThatIsTooSmallIsRefusedInBothWays) {
    const auto exporter = open("exporter");
    const auto page = static_cast<std::uint32_t>(page_size());
    const std::uint32_t rows = page / 256 + 1; // of chroma: a page and one row
    const ImageLayout nv12 = portable_layout({.width = 64, .height = 2 * rows}, DRM_FORMAT_NV12,
                                             PlanePlacement::buffer_each);
    std::vector<DmaBuf> buffers;
    buffers.push_back(exporter->allocate(nv12.size(0)));
    buffers.push_back(exporter->allocate(page));
    const std::string fault = text::format(
        "plane 1: a 64x{} NV12 picture with stride 256 at offset 0 needs {} bytes; the buffer "
        "holds {}",
        2 * rows, page + 64, page);
    const auto planes = ImportedYcbcr::create(context().importer(), buffers, nv12);
    ASSERT_FALSE(planes);
    EXPECT_EQ(planes.error().front(), fault);
    const auto whole = ImportedMultiplanar::create(context().importer(), buffers, nv12);
    ASSERT_FALSE(whole);
    EXPECT_EQ(whole.error().front(), fault);
}

} // namespace
} // namespace parallax
