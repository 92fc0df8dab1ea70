// SPDX-License-Identifier: MIT
// The whole way from allocation to the last submission in the driver of a pretended GPU, under the
// validation layers. Nothing is executed, so no pixels are compared: what counts is the method, the
// layout, that no message and no crash comes, and that a refusal says why.
#include "offscreen/offscreen_renderer.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/formats.hpp"
#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/import/modifiers.hpp"
#include "support/fds.hpp"
#include "support/validated_device.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace parallax {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// Rows of no simple length, and more than one page of them.
constexpr Extent odd{.width = 241, .height = 67};

/// The methods that this GPU's driver takes, from the environment's PARALLAX_METHODS.
std::vector<ImportMethod> taken_methods() {
    std::vector<ImportMethod> methods;
    const char* const names = std::getenv("PARALLAX_METHODS");
    std::istringstream words(names == nullptr ? "" : names);
    for (std::string word; words >> word;) {
        methods.push_back(find_import_method(word).value());
    }
    return methods;
}

bool takes(ImportMethod method) {
    return std::ranges::contains(taken_methods(), method);
}

/// While it lives, the pretended kernel refuses every import (see prime.c).
class KernelRefuses {
public:
    KernelRefuses() { ::setenv("PARALLAX_PRIME", "refuse", 1); }
    ~KernelRefuses() { ::unsetenv("PARALLAX_PRIME"); }
    KernelRefuses(const KernelRefuses&) = delete;
    KernelRefuses& operator=(const KernelRefuses&) = delete;
};

class PretendedGpu : public test::ValidatedDevice {
protected:
    void SetUp() override {
        ValidatedDevice::SetUp();
        exporter_ = open("udmabuf");
        ASSERT_TRUE(exporter_);
    }

    /// More memory than @p size, in the pages of 16 KiB that Apple's kernel has.
    DmaBuf allocate(std::uint64_t size) {
        constexpr std::uint64_t page = 16384;
        return exporter_->allocate((size / page + 1) * page);
    }

    std::expected<AllocatedImport, Reasons>
    allocate_and_import(std::uint32_t fourcc, std::optional<ImportMethod> only = std::nullopt) {
        return allocate_image(
            context().importer(), {.extent = odd, .fourcc = fourcc},
            [this](std::uint64_t size) { return allocate(size); }, only);
    }

    /// False of formats that the GPU has no texels of, such as those of three bytes.
    [[nodiscard]] bool has_texels(std::uint32_t fourcc) {
        const vk::FormatProperties properties = context().physical().getFormatProperties(
            static_cast<vk::Format>(vulkan_format(fourcc).format));
        return static_cast<bool>(properties.optimalTilingFeatures &
                                 vk::FormatFeatureFlagBits::eSampledImage);
    }

    /// Everything that `parallax render` submits.
    void use(ImportedImage& image, const ImageLayout& layout, const DmaBuf& buffer) {
        const Mapping mapping = buffer.map();
        write_pixels(test_pattern(odd, 1), layout, CpuWrite(mapping).bytes());
        const OffscreenRenderer gpu(context(), layout);
        static_cast<void>(gpu.read(image, buffer));
        static_cast<void>(gpu.read(image, buffer)); // without the first layout
        if (image.can_store()) {
            gpu.write_negative(image, buffer).wait();
        }
    }

private:
    std::unique_ptr<Exporter> exporter_;
};

TEST_F(PretendedGpu, GoesFromAllocationToTheLastSubmission) {
    for (const std::uint32_t fourcc : rgb_fourccs()) {
        for (const ImportMethod method : all_import_methods) {
            SCOPED_TRACE(text::format("{} {}", format_of(fourcc).name, import_method_name(method)));
            const auto import = allocate_and_import(fourcc, method);
            ASSERT_EQ(import.has_value(), takes(method) && has_texels(fourcc))
                << (import ? "" : import.error().front());
            if (!import) {
                EXPECT_THAT(import.error(), Each(StartsWith(import_method_name(method))));
                continue;
            }
            const ImageLayout& layout = import->plan.layout;
            EXPECT_EQ(import->plan.method, method);
            EXPECT_EQ(layout.fourcc, fourcc);
            EXPECT_GE(layout.planes[0].stride, layout.row_bytes());
            EXPECT_LE(layout.size(), import->buffer.size());
            use(*import->image, layout, import->buffer);
        }
    }
}

TEST_F(PretendedGpu, TakesTheBestMethodByItself) {
    const auto import = allocate_and_import(rgb_fourccs().front());
    ASSERT_TRUE(import) << import.error().front();
    EXPECT_EQ(import->plan.method, taken_methods().front());
}

TEST_F(PretendedGpu, ImportsMemoryThatExistsInItsLayout) {
    for (const std::uint64_t offset : {0U, 4096U}) {
        SCOPED_TRACE(offset);
        ImageLayout layout = portable_layout(odd, rgb_fourccs().front());
        layout.planes[0].offset = offset;
        const DmaBuf buffer = allocate(layout.size());
        const auto import = import_image(context().importer(), layout, buffer);
        ASSERT_TRUE(import) << import.error().front();
        EXPECT_EQ(import->plan.layout, layout);
        EXPECT_THAT(describe(import->plan.refused), Each(Not(HasSubstr("refused to import"))));
        use(*import->image, layout, buffer);
    }
}

TEST_F(PretendedGpu, SaysWhyTheKernelRefusedAndLeavesNothing) {
    const int before = test::count_open_fds();
    {
        const KernelRefuses refuses;
        const auto import = allocate_and_import(rgb_fourccs().front());
        ASSERT_FALSE(import);
        EXPECT_THAT(import.error(), SizeIs(all_import_methods.size()));
        for (const ImportMethod method : taken_methods()) {
            EXPECT_THAT(import.error(),
                        Contains(AllOf(StartsWith(import_method_name(method)),
                                       HasSubstr("the driver refused to import the dma-buf "
                                                 "(VK_ERROR_INVALID_EXTERNAL_HANDLE)"),
                                       HasSubstr("the dma-buf holds "))));
        }
    }
    EXPECT_EQ(test::count_open_fds(), before);
    EXPECT_TRUE(allocate_and_import(rgb_fourccs().front())); // the device is as it was
}

TEST_F(PretendedGpu, TakesTheNextMethodWhereTheKernelRefusedTheBest) {
    if (taken_methods().size() == 1) {
        GTEST_SKIP() << "the driver takes one method only";
    }
    std::optional<KernelRefuses> refuses;
    int tried = 0;
    const auto import =
        allocate_image(context().importer(), {.extent = odd, .fourcc = rgb_fourccs().front()},
                       [&](std::uint64_t size) {
                           refuses.reset();
                           if (tried++ == 0) {
                               refuses.emplace();
                           }
                           return allocate(size);
                       });
    ASSERT_TRUE(import) << import.error().front();
    EXPECT_EQ(tried, 2);
    EXPECT_EQ(import->plan.method, taken_methods().at(1));
    EXPECT_THAT(describe(import->plan.refused), Contains(HasSubstr("refused to import")));
    use(*import->image, import->plan.layout, import->buffer);
}

TEST_F(PretendedGpu, RefusesMemoryThatIsTooSmall) {
    ImageLayout layout = portable_layout(odd, rgb_fourccs().front());
    const DmaBuf buffer = allocate(layout.size() / 2);
    const auto import = import_image(context().importer(), layout, buffer);
    ASSERT_FALSE(import);
    EXPECT_THAT(import.error(),
                Contains(HasSubstr(text::format("the dma-buf holds {}", buffer.size()))));
}

TEST_F(PretendedGpu, StatesAlignmentsThatItKeeps) {
    if (!takes(ImportMethod::modifier)) {
        GTEST_SKIP() << "the driver has no modifiers";
    }
    const std::uint32_t fourcc = rgb_fourccs().front();
    const LinearAlignment found =
        find_linear_alignment(context().importer(), {.extent = odd, .fourcc = fourcc});
    for (const bool of_offset : {false, true}) {
        const std::uint64_t alignment = of_offset ? found.offset : found.stride;
        if (alignment == 0) {
            continue;
        }
        ImageLayout layout = portable_layout(odd, fourcc);
        (of_offset ? layout.planes[0].offset : layout.planes[0].stride) += alignment;
        const DmaBuf buffer = allocate(layout.size());
        const auto import =
            import_image(context().importer(), layout, buffer, ImportMethod::modifier);
        EXPECT_TRUE(import) << (import ? "" : import.error().front());
    }
}

} // namespace
} // namespace parallax
