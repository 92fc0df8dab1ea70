// SPDX-License-Identifier: MIT
// OpenGL sees what the CPU writes, by EGL's import of the dma-buf.
#include "support/vgem.hpp"
#include "viewers/viewed.hpp"

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/text.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace parallax {
namespace {

using test::drawn;
using test::Viewed;
using testing::HasSubstr;

constexpr Extent odd{.width = 241, .height = 67}; // rows with padding

std::unique_ptr<Exporter> open(std::string_view name) {
    return open_exporter(std::string(name)).value();
}

class EveryFormat : public testing::TestWithParam<std::uint32_t> {};

TEST_P(EveryFormat, GlSeesTwoWritesOfTheCpuByOneImport) {
    const auto exporter = open("exporter");
    DrawnBuffer buffer = drawn(*exporter, odd, GetParam(), 1);
    Viewed gl("gl");
    gl.show(buffer);
    if (!gl.see()) { // formats that llvmpipe lacks
        const std::string name(format_of(GetParam()).name);
        EXPECT_TRUE(name == "RGB888" || name == "BGR888" || name == "XRGB16161616F") << name;
        EXPECT_THAT(gl.trouble(), HasSubstr("the OpenGL driver does not import " + name));
        return;
    }
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
    buffer.paint(test_pattern(odd, 2));
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::ValuesIn(rgb_fourccs()),
                         [](const auto& test) { return std::string(format_of(test.param).name); });

/// A format of luma and chroma, and where its planes lie.
struct Way {
    Format format;
    PlanePlacement placement;
};

std::vector<Way> ycbcr_ways() {
    std::vector<Way> ways;
    for (const Format& format : formats()) {
        if (format.is_ycbcr) {
            ways.push_back({.format = format, .placement = PlanePlacement::one_buffer});
        }
        if (format.plane_count > 1) {
            ways.push_back({.format = format, .placement = PlanePlacement::buffer_each});
        }
    }
    return ways;
}

class EveryPlanes : public testing::TestWithParam<Way> {};

TEST_P(EveryPlanes, GlConvertsByTheMeaningThatItIsTold) {
    constexpr Extent even{.width = 242, .height = 66};
    const auto exporter = open("exporter");
    for (const char* const colour : {"601-limited", "709-full-center", "2020-limited-topleft"}) {
        SCOPED_TRACE(colour);
        DrawnBuffer buffer(*exporter,
                           portable_layout(even, GetParam().format.fourcc, GetParam().placement)
                               .with(parse_colour(colour).value()));
        buffer.paint(test_pattern(even, 1));
        Viewed gl("gl");
        gl.show(buffer);
        if (!gl.see()) { // formats that llvmpipe lacks
            EXPECT_THAT(gl.trouble(), HasSubstr(text::format("the OpenGL driver does not import {}",
                                                             GetParam().format.name)));
            RecordProperty("refused", gl.trouble());
            return;
        }
        const std::uint32_t bound = demo::tolerance_of(test::viewer_kind("gl"), buffer.layout());
        for (std::uint32_t seed = 1; seed <= 2; ++seed) { // the second without a new import
            buffer.paint(test_pattern(even, seed));
            const Comparison result = gl.compared_with(buffer.cpu_view(), bound);
            EXPECT_EQ(result.different, 0U) << "by " << result.largest;
            RecordProperty(std::string("largest ") + colour, static_cast<int>(result.largest));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryPlanes, testing::ValuesIn(ycbcr_ways()),
                         [](const auto& way) {
                             return text::format(
                                 "{}{}", way.param.format.name,
                                 way.param.placement == PlanePlacement::one_buffer ? "" : "_each");
                         });

class EveryExporter : public testing::TestWithParam<std::string> {};

TEST_P(EveryExporter, GlSeesItsMemory) {
    const auto exporter = open_exporter(GetParam());
    if (!exporter) {
        GTEST_SKIP() << exporter.error().front();
    }
    const DrawnBuffer buffer = drawn(**exporter, odd, rgb_fourccs().front(), 1);
    Viewed gl("gl");
    gl.show(buffer);
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
}

INSTANTIATE_TEST_SUITE_P(Exporters, EveryExporter, testing::Values("exporter", "udmabuf", "system"),
                         [](const auto& test) { return test.param; });

TEST(GlViewer, SeesTheMemoryOnAGbmDevice) {
    test::load_vgem();
    const auto exporter = open("exporter");
    DrawnBuffer buffer = drawn(*exporter, odd, rgb_fourccs().front(), 1);
    Viewed gl("gl", {.gl_device = test::find_vgem_card()});
    gl.show(buffer);
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
    buffer.paint(test_pattern(odd, 2));
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
}

TEST(GlViewer, FindsADecoy) {
    const auto exporter = open("exporter");
    const DrawnBuffer buffer = drawn(*exporter, odd, rgb_fourccs().front(), 1);
    const DrawnBuffer decoy(*exporter, odd, rgb_fourccs().front());
    Viewed gl("gl");
    gl.show(decoy);
    EXPECT_GT(gl.compared_with(buffer.cpu_view()).different, odd.pixels() * 9 / 10);
    gl.show(buffer); // and other memory after that
    EXPECT_EQ(gl.compared_with(buffer.cpu_view()).different, 0U);
}

TEST(GlViewer, RefusesAPictureLargerThanItsTextures) {
    const auto exporter = open("exporter");
    const DrawnBuffer buffer(*exporter, {.width = 40'000, .height = 1}, rgb_fourccs().front());
    Viewed gl("gl");
    gl.show(buffer);
    EXPECT_EQ(gl.see(), std::nullopt);
    EXPECT_THAT(gl.trouble(), HasSubstr("at most, and the picture is of 40000x1"));
    EXPECT_FALSE(gl.failed());
}

} // namespace
} // namespace parallax
