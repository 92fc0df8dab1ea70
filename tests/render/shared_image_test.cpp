// SPDX-License-Identifier: MIT
// The main job on real parts: what the CPU writes through mmap is what the GPU samples from the
// import, and the other way round.
#include "machine.hpp"

#include "parallax/comparison.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/vulkan/shared_image.hpp"

#include <gmock/gmock.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <filesystem>
#include <format>

namespace parallax {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A width and height that are multiples of nothing, so that strides have padding.
constexpr Extent odd{.width = 241, .height = 67};

class SharedImageTest : public test::ValidatedDevice {
protected:
    SharedImage create(Exporter& exporter, const SharedImage::Options& options) {
        auto image = SharedImage::create(context(), exporter, options);
        if (!image) {
            throw std::runtime_error(image.error().front());
        }
        return *std::move(image);
    }

    /// Both directions, and a second write without a new import.
    void expect_both_views_agree(SharedImage& image, const Picture& picture) {
        const GpuView gpu(context(), image.layout());
        image.paint(picture);
        expect_equal(image.cpu_view(), gpu.read(image.imported()), "first write");

        image.paint(test_pattern(picture.extent(), 2));
        const Picture second = image.cpu_view();
        expect_equal(second, gpu.read(image.imported()), "second write, same import");

        ASSERT_TRUE(image.imported().can_store());
        gpu.write_negative(image.imported());
        expect_equal(negative(second), image.cpu_view(), "written by the GPU");
        expect_equal(negative(second), gpu.read(image.imported()), "written and read by the GPU");
    }

    static void expect_equal(const Picture& expected, const Picture& seen, std::string_view what) {
        const Comparison result = compare(expected, seen);
        EXPECT_TRUE(result.equal())
            << what << ": " << result.different << " of " << result.compared
            << " pixels differ, the first at " << (result.first ? result.first->x : 0) << ", "
            << (result.first ? result.first->y : 0);
    }

    static Picture negative(Picture picture) {
        for (Rgba8& pixel : picture.pixels()) {
            pixel.r = static_cast<std::uint8_t>(255 - pixel.r);
            pixel.g = static_cast<std::uint8_t>(255 - pixel.g);
            pixel.b = static_cast<std::uint8_t>(255 - pixel.b);
        }
        return picture;
    }
};

struct Way {
    Rung rung;
    const PixelFormat* format;
};

std::vector<Way> all_ways() {
    std::vector<Way> ways;
    for (const Rung rung : all_rungs) {
        for (const PixelFormat& format : pixel_formats()) {
            ways.push_back({.rung = rung, .format = &format});
        }
    }
    return ways;
}

class EveryWay : public SharedImageTest, public testing::WithParamInterface<Way> {};

TEST_P(EveryWay, ViewsAgree) {
    const auto exporter = open("exporter");
    SharedImage image =
        create(*exporter, {.extent = odd, .format = GetParam().format, .rung = GetParam().rung});
    EXPECT_EQ(image.plan().rung, GetParam().rung);
    expect_both_views_agree(image, test_pattern(odd, 1));
}

INSTANTIATE_TEST_SUITE_P(, EveryWay, testing::ValuesIn(all_ways()), [](const auto& way) {
    return std::format("{}_{}", rung_name(way.param.rung), way.param.format->name);
});

class EveryRung : public SharedImageTest, public testing::WithParamInterface<Rung> {};

TEST_P(EveryRung, DecoyIsFoundOut) {
    const auto exporter = open("exporter");
    SharedImage image = create(
        *exporter,
        {.extent = odd, .format = &pixel_formats().front(), .rung = GetParam(), .decoy = true});
    image.paint(test_pattern(odd, 1));
    const Picture seen = GpuView(context(), image.layout()).read(image.imported());
    EXPECT_GT(compare(image.cpu_view(), seen).different, odd.pixels() / 2);
    EXPECT_EQ(seen, Picture(odd)); // a new buffer is zero, which is black
}

TEST_P(EveryRung, SizesThatAreMultiplesOfNothing) {
    const auto exporter = open("exporter");
    for (const Extent extent : {Extent{1, 1}, Extent{63, 2}, Extent{65, 127}, Extent{1023, 3},
                                Extent{3, 1023}, Extent{1280, 721}}) {
        SCOPED_TRACE(std::format("{}x{}", extent.width, extent.height));
        SharedImage image = create(
            *exporter, {.extent = extent, .format = &pixel_formats().front(), .rung = GetParam()});
        expect_both_views_agree(image, test_pattern(extent, 1));
    }
}

INSTANTIATE_TEST_SUITE_P(, EveryRung, testing::ValuesIn(all_rungs),
                         [](const auto& rung) { return std::string(rung_name(rung.param)); });

class EveryExporter : public SharedImageTest, public testing::WithParamInterface<ExporterKind> {};

TEST_P(EveryExporter, ViewsAgree) {
    const auto exporter = open(std::string(GetParam().name));
    ASSERT_TRUE(exporter);
    SharedImage image = create(*exporter, {.extent = odd, .format = &pixel_formats().front()});
    EXPECT_EQ(image.plan().rung, Rung::modifier);
    expect_both_views_agree(image, test_pattern(odd, 1));
}

INSTANTIATE_TEST_SUITE_P(, EveryExporter,
                         testing::ValuesIn(exporter_kinds().begin(), exporter_kinds().begin() + 3),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_F(SharedImageTest, PhotographsSurviveWhole) {
    const auto exporter = open("exporter");
    int photographs = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator("/usr/share/backgrounds")) {
        const std::string extension = entry.path().extension();
        if (!entry.is_regular_file() || (extension != ".jpg" && extension != ".png")) {
            continue;
        }
        SCOPED_TRACE(entry.path().string());
        // Its colours and noise matter, not its size, which only takes time.
        const Picture photograph = resized(load_picture(entry.path()), {1001, 563});
        SharedImage image =
            create(*exporter, {.extent = photograph.extent(), .format = &pixel_formats().front()});
        expect_both_views_agree(image, photograph);
        if (++photographs == 2) {
            break;
        }
    }
    EXPECT_GE(photographs, 2) << "the machine has no photographs in /usr/share/backgrounds";
}

TEST_F(SharedImageTest,
       PicturesBeyond2MiBAgreeToTheLastPixel) { // wrong pages there: seen elsewhere
    const auto exporter = open("exporter");
    constexpr Extent large{.width = 2048, .height = 1100};
    SharedImage image = create(*exporter, {.extent = large, .format = &pixel_formats().front()});
    const Picture picture = test_pattern(large, 1);
    image.paint(picture);
    expect_equal(image.cpu_view(), GpuView(context(), image.layout()).read(image.imported()), "");
}

TEST_F(SharedImageTest, ImportOutlivesEverythingElse) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .format = &pixel_formats().front()};
    const auto plan = plan_import(ask_driver(context(), request), request);
    ASSERT_TRUE(plan);
    std::unique_ptr<ImportedImage> imported;
    {
        const DmaBuf buffer = exporter->allocate(plan->buffer_size());
        imported = *import_image(context(), *plan, buffer);
    }
    const Picture seen = GpuView(context(), plan->layout).read(*imported);
    EXPECT_EQ(seen, Picture(odd)); // still there, and zero
}

TEST_F(SharedImageTest, TooSmallABufferIsRefusedWithBothSizes) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .format = &pixel_formats().front()};
    const auto plan = plan_import(ask_driver(context(), request), request);
    const DmaBuf small = exporter->allocate(4096);
    const auto imported = import_image(context(), *plan, small);
    ASSERT_FALSE(imported);
    EXPECT_THAT(imported.error().front(), AllOf(HasSubstr("modifier:"), HasSubstr("holds 4096"),
                                                HasSubstr(std::to_string(plan->memory.size))));
}

std::ptrdiff_t open_fds() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return std::distance(begin(fds), end(fds));
}

TEST_F(SharedImageTest, ImportAndRefusalLeakNoFd) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .format = &pixel_formats().front()};
    for (const Rung rung : all_rungs) {
        const auto plan = plan_import(ask_driver(context(), request), request, rung);
        const DmaBuf buffer = exporter->allocate(plan->buffer_size());
        const DmaBuf small = exporter->allocate(4096);
        const std::ptrdiff_t before = open_fds();
        for (int i = 0; i < 10; ++i) {
            EXPECT_TRUE(import_image(context(), *plan, buffer));
            EXPECT_FALSE(import_image(context(), *plan, small));
        }
        EXPECT_EQ(open_fds(), before) << rung_name(rung);
    }
}

/// A buffer whose fd lacks O_RDWR, as exporters give it to those who ask for no more.
DmaBuf allocate_read_only(std::uint64_t size) {
    const UniqueFd node(::open("/dev/exporter", O_RDWR | O_CLOEXEC));
    dma_heap_allocation_data request{
        .len = size, .fd = 0, .fd_flags = O_RDONLY | O_CLOEXEC, .heap_flags = 0};
    EXPECT_EQ(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &request), 0);
    return DmaBuf(UniqueFd(static_cast<int>(request.fd)));
}

TEST_F(SharedImageTest, ReadOnlyFdIsRefusedWithTheReason) { // lavapipe maps for writing
    const ImageRequest request{.extent = odd, .format = &pixel_formats().front()};
    const auto plan = plan_import(ask_driver(context(), request), request);
    const auto imported = import_image(context(), *plan, allocate_read_only(plan->buffer_size()));
    ASSERT_FALSE(imported);
    EXPECT_THAT(imported.error().front(), HasSubstr("read-only, export it with O_RDWR"));
}

} // namespace
} // namespace parallax
