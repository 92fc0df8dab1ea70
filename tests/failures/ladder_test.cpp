// SPDX-License-Identifier: MIT
// The ladder over a driver that refuses, or lies: whatever it does, what comes is the next rung or
// a reason, and nothing is left behind. What import_plan_test.cpp makes up, here a driver says.
#include "parallax/exporter.hpp"
#include "parallax/vulkan/context.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/vulkan/instance.hpp"
#include "parallax/vulkan/shared_image.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <format>
#include <ostream>

namespace parallax {
namespace {

using testing::HasSubstr;

constexpr Extent odd{.width = 241, .height = 67};

std::ptrdiff_t open_fds() {
    const std::filesystem::directory_iterator fds("/proc/self/fd");
    return std::distance(begin(fds), end(fds));
}

std::string joined(const Reasons& reasons) {
    std::string text;
    for (const std::string& reason : reasons) {
        text += reason + "\n";
    }
    return text;
}

class LadderTest : public testing::Test {
protected:
    /// A device in whose driver these faults are (see layer/faults.hpp).
    void open(const std::string& faults) {
        ::setenv("VK_INSTANCE_LAYERS", "VK_LAYER_PARALLAX_faults", 1);
        ::setenv("VK_ADD_LAYER_PATH", PARALLAX_LAYER_FOLDER, 1);
        ::setenv("PARALLAX_FAULTS", faults.c_str(), 1);
        auto instance = Instance::create({});
        ASSERT_TRUE(instance) << joined(instance.error());
        instance_ = std::make_unique<Instance>(*std::move(instance));
        auto device = choose_device(*instance_, "");
        ASSERT_TRUE(device) << joined(device.error());
        context_ = std::make_unique<Context>(*instance_, *std::move(device));
        auto exporter = open_exporter("exporter");
        ASSERT_TRUE(exporter) << joined(exporter.error());
        exporter_ = *std::move(exporter);
    }

    [[nodiscard]] std::expected<SharedImage, Reasons>
    share(std::optional<Rung> only = std::nullopt) const {
        return SharedImage::create(
            *context_, *exporter_,
            {.extent = odd, .format = &pixel_formats().front(), .rung = only});
    }

    [[nodiscard]] const Context& context() const { return *context_; }

private:
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
    std::unique_ptr<Exporter> exporter_;
};

/// A fault, the rung that is left, and why not the better one.
struct Step {
    const char* name;
    const char* faults;
    Rung left;
    const char* reason;
};

void PrintTo(const Step& step, std::ostream* stream) {
    *stream << step.name;
}

class LadderSteps : public LadderTest, public testing::WithParamInterface<Step> {};

TEST_P(LadderSteps, LeadToTheNextRungWithAReason) {
    open(GetParam().faults);
    const auto image = share();
    ASSERT_TRUE(image) << joined(image.error());
    EXPECT_EQ(image->plan().rung, GetParam().left) << joined(describe(image->plan().refused));
    EXPECT_THAT(joined(describe(image->plan().refused)), HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    , LadderSteps,
    testing::Values(
        Step{"NoModifierExtension", "without:VK_EXT_image_drm_format_modifier", Rung::linear,
             "modifier: the driver does not offer DRM_FORMAT_MOD_LINEAR"},
        Step{"NoModifiers", "no-modifiers", Rung::linear,
             "modifier: the driver does not offer DRM_FORMAT_MOD_LINEAR"},
        Step{"OnlyPlanes", "modifier-of-two-planes", Rung::linear,
             "modifier: the driver does not offer DRM_FORMAT_MOD_LINEAR"},
        Step{"NotSampled", "modifier-not-sampled", Rung::linear,
             "modifier: XRGB8888 with modifier LINEAR cannot be sampled"},
        Step{"NeitherSampled", "modifier-not-sampled linear-not-sampled", Rung::buffer,
             "linear: XRGB8888 with linear tiling cannot be sampled"},
        Step{"NoImages", "vkGetPhysicalDeviceImageFormatProperties2=FORMAT_NOT_SUPPORTED",
             Rung::buffer,
             "linear: the driver takes no dma-buf as a XRGB8888 image with linear tiling "
             "(ErrorFormatNotSupported)"},
        Step{"NoImport", "image-not-importable", Rung::buffer,
             "modifier: a dma-buf cannot be imported as a XRGB8888 image"},
        Step{"TooLarge", "small-images", Rung::buffer,
             "modifier: 241x67 is larger than the 16x16 that the device takes"},
        Step{"StrideRefused", "vkCreateImage@1=INVALID_PLANE_LAYOUT", Rung::modifier, ""},
        Step{"LayoutsRefused",
             "vkCreateImage@1=INVALID_PLANE_LAYOUT vkCreateImage@2=INVALID_PLANE_LAYOUT",
             Rung::linear, "ErrorInvalidDrmFormatModifierPlaneLayoutEXT"},
        Step{"ImagesRefused", "vkCreateImage=OUT_OF_DEVICE_MEMORY", Rung::buffer,
             "linear: vkCreateImage refused 241x67 XRGB8888 with linear tiling "
             "(ErrorOutOfDeviceMemory)"}),
    [](const auto& step) { return std::string(step.param.name); });

/// Faults that leave nothing, and why.
struct End {
    const char* name;
    const char* faults;
    std::optional<Rung> only;
    const char* reason;
};

void PrintTo(const End& end, std::ostream* stream) {
    *stream << end.name;
}

class LadderEnds : public LadderTest, public testing::WithParamInterface<End> {};

TEST_P(LadderEnds, AreReasonsAndLeaveNothingBehind) {
    open(GetParam().faults);
    const std::ptrdiff_t before = open_fds();
    for (int i = 0; i < 3; ++i) {
        const auto image = share(GetParam().only);
        ASSERT_FALSE(image);
        EXPECT_THAT(joined(image.error()), HasSubstr(GetParam().reason));
    }
    EXPECT_EQ(open_fds(), before);
}

INSTANTIATE_TEST_SUITE_P(
    , LadderEnds,
    testing::Values(
        End{"NothingImports",
            "image-not-importable buffer-not-importable",
            {},
            "buffer: a dma-buf cannot be imported as a buffer"},
        End{"NoBuffer",
            "image-not-importable vkCreateBuffer=OUT_OF_HOST_MEMORY",
            {},
            "buffer: vkCreateBuffer refused (ErrorOutOfHostMemory)"},
        End{"NothingToCopyTo",
            "image-not-importable optimal-not-sampled",
            {},
            "buffer: XRGB8888 cannot be both copied to and sampled"},
        End{"FdUnknown",
            "vkGetMemoryFdPropertiesKHR=INVALID_EXTERNAL_HANDLE",
            {},
            "modifier: the driver refused to import the dma-buf (ErrorInvalidExternalHandle)"},
        End{"NoMemoryType", "no-memory-type", {}, "modifier: no memory type suits both"},
        End{"ModifierImport", "vkAllocateMemory=OUT_OF_DEVICE_MEMORY", Rung::modifier,
            "modifier: the driver refused to import the dma-buf (ErrorOutOfDeviceMemory)"},
        End{"LinearImport", "vkAllocateMemory=INVALID_EXTERNAL_HANDLE", Rung::linear,
            "linear: the driver refused to import the dma-buf (ErrorInvalidExternalHandle)"},
        End{"BufferImport", "vkAllocateMemory=TOO_MANY_OBJECTS", Rung::buffer,
            "buffer: the driver refused to import the dma-buf (ErrorTooManyObjects)"},
        // What was created on trial, and then not in earnest.
        End{"SecondImage",
            "vkCreateImage@3=OUT_OF_HOST_MEMORY vkCreateImage@6=OUT_OF_HOST_MEMORY "
            "vkCreateImage@9=OUT_OF_HOST_MEMORY",
            Rung::modifier, "modifier: the driver refused (Device::createImage"},
        End{"SecondBuffer",
            "vkCreateBuffer@2=OUT_OF_HOST_MEMORY vkCreateBuffer@4=OUT_OF_HOST_MEMORY "
            "vkCreateBuffer@6=OUT_OF_HOST_MEMORY",
            Rung::buffer, "buffer: the driver refused (Device::createBuffer"},
        End{"ImageBinding", "vkBindImageMemory=OUT_OF_DEVICE_MEMORY", Rung::linear,
            "linear: the driver refused (vk::Image::bindMemory: ErrorOutOfDeviceMemory)"},
        End{"BufferBinding", "vkBindBufferMemory=OUT_OF_DEVICE_MEMORY", Rung::buffer,
            "buffer: the driver refused (vk::Buffer::bindMemory: ErrorOutOfDeviceMemory)"},
        End{"ImageToCopyTo", "vkCreateImage.own=OUT_OF_DEVICE_MEMORY", Rung::buffer,
            "buffer: the driver refused (vmaCreateImage: ErrorOutOfDeviceMemory)"},
        End{"View", "vkCreateImageView=OUT_OF_HOST_MEMORY", Rung::modifier,
            "modifier: the driver refused (Device::createImageView: ErrorOutOfHostMemory)"}),
    [](const auto& end) { return std::string(end.param.name); });

TEST_F(LadderTest, AFixedLayoutThatTheDriverDoesNotWantIsLeftToTheBuffer) {
    open("longer-rows");
    const PixelFormat& format = pixel_formats().front();
    const ImageLayout ours{
        .extent = odd, .format = &format, .stride = portable_stride(odd.width, format.bytes)};
    const ImageRequest request{.extent = odd, .format = &format, .fixed = ours};
    const auto plan = plan_import(ask_driver(context(), request), request);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->rung, Rung::buffer);
    EXPECT_EQ(plan->layout, ours);
    EXPECT_THAT(joined(describe(plan->refused)),
                HasSubstr("modifier: the memory has stride 1024 and offset 0, the driver wants "
                          "stride 1088 and offset 0"));
}

/// Work that the driver does not do.
struct Loss {
    const char* name;
    const char* faults;
    vk::Result result;
};

void PrintTo(const Loss& loss, std::ostream* stream) {
    *stream << loss.name;
}

class LostWork : public LadderTest, public testing::WithParamInterface<Loss> {};

TEST_P(LostWork, IsThrownAndLeavesNothingBehind) {
    open(GetParam().faults);
    auto image = share();
    ASSERT_TRUE(image) << joined(image.error());
    const GpuView gpu(context(), image->layout());
    const std::ptrdiff_t before = open_fds();
    for (int i = 0; i < 3; ++i) {
        try {
            static_cast<void>(gpu.read(image->imported(), image->buffer()));
            ADD_FAILURE() << "it was done";
        } catch (const vk::SystemError& error) {
            EXPECT_EQ(static_cast<vk::Result>(error.code().value()), GetParam().result);
        }
    }
    EXPECT_LE(open_fds(), before);      // what work before has left may be gone by now
    image->paint(test_pattern(odd, 1)); // the memory itself is not lost
    EXPECT_EQ(image->cpu_view().at(0, 0).r, test_pattern(odd, 1).at(0, 0).r);
}

INSTANTIATE_TEST_SUITE_P(
    , LostWork,
    testing::Values(Loss{"Submission", "vkQueueSubmit2=DEVICE_LOST", vk::Result::eErrorDeviceLost},
                    Loss{"Waiting", "vkWaitForFences=DEVICE_LOST", vk::Result::eErrorDeviceLost},
                    Loss{"SemaphoreBefore", "vkImportSemaphoreFdKHR=INVALID_EXTERNAL_HANDLE",
                         vk::Result::eErrorInvalidExternalHandle},
                    Loss{"SemaphoreAfter", "vkGetSemaphoreFdKHR=TOO_MANY_OBJECTS",
                         vk::Result::eErrorTooManyObjects}),
    [](const auto& loss) { return std::string(loss.param.name); });

} // namespace
} // namespace parallax
