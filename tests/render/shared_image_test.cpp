// SPDX-License-Identifier: MIT
// The whole path on a real exporter and driver: the GPU samples the CPU's writes from the import,
// and the CPU reads the GPU's writes.
#include "files/picture_file.hpp"
#include "support/fds.hpp"
#include "support/validated_device.hpp"

#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/picture.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <gmock/gmock.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <filesystem>

namespace parallax {
namespace {

using testing::AllOf;
using testing::ElementsAre;
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
        const OffscreenRenderer gpu(context(), image.layout());
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
};

struct Way {
    ImportMethod method;
    std::uint32_t fourcc;
};

std::vector<Way> all_ways() {
    std::vector<Way> ways;
    for (const ImportMethod method : all_import_methods) {
        for (const std::uint32_t fourcc : rgb_fourccs()) {
            ways.push_back({.method = method, .fourcc = fourcc});
        }
    }
    return ways;
}

class EveryWay : public SharedImageTest, public testing::WithParamInterface<Way> {};

TEST_P(EveryWay, ViewsAgree) {
    const auto exporter = open("exporter");
    auto image = SharedImage::create(
        context(), *exporter,
        {.extent = odd, .fourcc = GetParam().fourcc, .method = GetParam().method});
    if (!image) { // lavapipe, as most GPUs, samples no images of 24 bits
        EXPECT_EQ(format_of(GetParam().fourcc).bytes(), 3U) << image.error().front();
        return;
    }
    EXPECT_EQ(image->plan().method, GetParam().method);
    expect_both_views_agree(*image, test_pattern(odd, 1));
}

INSTANTIATE_TEST_SUITE_P(, EveryWay, testing::ValuesIn(all_ways()), [](const auto& way) {
    return text::format("{}_{}", import_method_name(way.param.method),
                        format_of(way.param.fourcc).name);
});

class EveryMethod : public SharedImageTest, public testing::WithParamInterface<ImportMethod> {};

TEST_P(EveryMethod, DecoyIsFoundOut) {
    const auto exporter = open("exporter");
    SharedImage image =
        create(*exporter, {.extent = odd, .fourcc = rgb_fourccs().front(), .method = GetParam()});
    image.paint(test_pattern(odd, 1));
    const DmaBuf decoy = exporter->allocate(image.buffer().size());
    const auto imported = import_image(context().importer(), image.plan(), decoy);
    ASSERT_TRUE(imported);
    const Picture seen = OffscreenRenderer(context(), image.layout()).read(**imported);
    EXPECT_GT(compare(image.cpu_view(), seen).different, odd.pixels() / 2);
    EXPECT_EQ(seen, Picture(odd)); // a new buffer is zero, which is black
}

TEST_P(EveryMethod, SizesThatAreMultiplesOfNothing) {
    const auto exporter = open("exporter");
    for (const Extent extent : {Extent{1, 1}, Extent{63, 2}, Extent{65, 127}, Extent{1023, 3},
                                Extent{3, 1023}, Extent{1280, 721}}) {
        SCOPED_TRACE(text::format("{}x{}", extent.width, extent.height));
        SharedImage image = create(
            *exporter, {.extent = extent, .fourcc = rgb_fourccs().front(), .method = GetParam()});
        expect_both_views_agree(image, test_pattern(extent, 1));
    }
}

INSTANTIATE_TEST_SUITE_P(, EveryMethod, testing::ValuesIn(all_import_methods),
                         [](const auto& method) {
                             return std::string(import_method_name(method.param));
                         });

class EveryExporter : public SharedImageTest, public testing::WithParamInterface<ExporterKind> {};

TEST_P(EveryExporter, ViewsAgree) {
    const auto exporter = open(std::string(GetParam().name));
    ASSERT_TRUE(exporter);
    SharedImage image = create(*exporter, {.extent = odd, .fourcc = rgb_fourccs().front()});
    EXPECT_EQ(image.plan().method, ImportMethod::modifier);
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
            create(*exporter, {.extent = photograph.extent(), .fourcc = rgb_fourccs().front()});
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
    SharedImage image = create(*exporter, {.extent = large, .fourcc = rgb_fourccs().front()});
    const Picture picture = test_pattern(large, 1);
    image.paint(picture);
    expect_equal(image.cpu_view(),
                 OffscreenRenderer(context(), image.layout()).read(image.imported()), "");
}

TEST_F(SharedImageTest, ImportOutlivesEverythingElse) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    const auto plan = plan_import(ask_driver(context().importer(), request), request);
    ASSERT_TRUE(plan);
    std::unique_ptr<ImportedImage> imported;
    {
        const DmaBuf buffer = exporter->allocate(plan->buffer_size());
        imported = *import_image(context().importer(), *plan, buffer);
    }
    const Picture seen = OffscreenRenderer(context(), plan->layout).read(*imported);
    EXPECT_EQ(seen, Picture(odd)); // still there, and zero
}

TEST_F(SharedImageTest, TooSmallABufferIsRefusedWithBothSizes) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    const auto plan = plan_import(ask_driver(context().importer(), request), request);
    const DmaBuf small = exporter->allocate(page_size());
    const auto imported = import_image(context().importer(), *plan, small);
    ASSERT_FALSE(imported);
    EXPECT_EQ(imported.error().method, ImportMethod::modifier);
    EXPECT_THAT(imported.error().reasons,
                ElementsAre(AllOf(HasSubstr(text::format("holds {}", page_size())),
                                  HasSubstr(std::to_string(plan->memory.size)))));
}

TEST_F(SharedImageTest, ImportAndRefusalLeakNoFd) {
    const auto exporter = open("exporter");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    for (const ImportMethod method : all_import_methods) {
        const auto plan = plan_import(ask_driver(context().importer(), request), request, method);
        const DmaBuf buffer = exporter->allocate(plan->buffer_size());
        const DmaBuf small = exporter->allocate(page_size());
        const int before = test::count_open_fds();
        for (int i = 0; i < 10; ++i) {
            EXPECT_TRUE(import_image(context().importer(), *plan, buffer));
            EXPECT_FALSE(import_image(context().importer(), *plan, small));
        }
        EXPECT_EQ(test::count_open_fds(), before) << import_method_name(method);
    }
}

/// A buffer whose fd lacks O_RDWR.
DmaBuf allocate_read_only(std::uint64_t size) {
    const UniqueFd node(::open("/dev/exporter", O_RDWR | O_CLOEXEC));
    dma_heap_allocation_data request{
        .len = size, .fd = 0, .fd_flags = O_RDONLY | O_CLOEXEC, .heap_flags = 0};
    EXPECT_EQ(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &request), 0);
    return DmaBuf(UniqueFd(static_cast<int>(request.fd)));
}

TEST_F(SharedImageTest, ReadOnlyFdIsRefusedWithTheReason) { // lavapipe maps it for writing
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    const auto plan = plan_import(ask_driver(context().importer(), request), request);
    const auto imported =
        import_image(context().importer(), *plan, allocate_read_only(plan->buffer_size()));
    ASSERT_FALSE(imported);
    EXPECT_THAT(imported.error().reasons,
                ElementsAre(HasSubstr("read-only, export it with O_RDWR")));
}

} // namespace
} // namespace parallax
