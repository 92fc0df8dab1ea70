// SPDX-License-Identifier: MIT
// Import with a driver that refuses calls or gives false answers: the result is the next method or
// a reason, and nothing leaks. The answers are those that import_plan_test.cpp makes up.
#include "offscreen/context.hpp"
#include "offscreen/instance.hpp"
#include "offscreen/offscreen_renderer.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/import/modifiers.hpp"
#include "parallax/vulkan/import/plan.hpp"
#include "support/fds.hpp"
#include "support/paths.hpp"

#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <format>
#include <ostream>

namespace parallax {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr Extent odd{.width = 241, .height = 67};

std::string joined(const Reasons& reasons) {
    std::string text;
    for (const std::string& reason : reasons) {
        text += reason + "\n";
    }
    return text;
}

class ImportTest : public testing::Test {
protected:
    /// A device in whose driver these faults are (see layer/faults.hpp).
    void open(const std::string& faults, bool validate = false) {
        ::setenv("VK_INSTANCE_LAYERS", "VK_LAYER_PARALLAX_faults", 1);
        ::setenv("VK_ADD_LAYER_PATH", test::faults_layer_folder().c_str(), 1);
        set_faults(faults);
        auto instance = Instance::create({.validate = validate});
        ASSERT_TRUE(instance) << joined(instance.error());
        instance_ = std::make_unique<Instance>(*std::move(instance));
        auto context = Context::open(*instance_, "");
        ASSERT_TRUE(context) << joined(context.error());
        context_ = *std::move(context);
        auto exporter = open_exporter("exporter");
        ASSERT_TRUE(exporter) << joined(exporter.error());
        exporter_ = *std::move(exporter);
    }

    /// Those that have to do with more than the device's list of extensions; counted from now on.
    static void set_faults(const std::string& faults) {
        ::setenv("PARALLAX_FAULTS", faults.c_str(), 1);
    }

    [[nodiscard]] std::expected<SharedImage, Reasons>
    share(std::optional<ImportMethod> only = std::nullopt) const {
        return SharedImage::create(
            *context_, *exporter_,
            {.extent = odd, .fourcc = rgb_fourccs().front(), .method = only});
    }

    [[nodiscard]] const Context& context() const { return *context_; }
    [[nodiscard]] const Instance& instance() const { return *instance_; }
    [[nodiscard]] Exporter& exporter() const { return *exporter_; }

private:
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
    std::unique_ptr<Exporter> exporter_;
};

/// As the exporter allocates @p size bytes.
std::uint64_t in_pages(std::uint64_t size) {
    return (size + page_size() - 1) / page_size() * page_size();
}

class DedicatedMemory : public ImportTest, public testing::WithParamInterface<ImportMethod> {};

TEST_P(DedicatedMemory, HasTheSizeThatIsRequired) {
    open("prefers-dedicated requires-dedicated", true);
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    const auto plan = plan_import(ask_driver(context().importer(), request), request, GetParam());
    ASSERT_TRUE(plan);
    ASSERT_TRUE(plan->memory.dedicated);
    const DmaBuf buffer =
        exporter().allocate(plan->buffer_size() + page_size()); // more than is required
    const auto imported = import_image(context().importer(), *plan, buffer);
    ASSERT_TRUE(imported) << joined(imported.error().reasons);
    const Mapping mapping = buffer.map();
    write_pixels(test_pattern(odd, 1), plan->layout, CpuWrite(mapping).bytes());
    const Picture seen = OffscreenRenderer(context(), plan->layout).read(**imported, buffer);
    EXPECT_EQ(read_pixels(plan->layout, CpuRead(mapping).bytes()), seen);
    EXPECT_THAT(instance().validation_log()->messages(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, DedicatedMemory, testing::ValuesIn(all_import_methods),
                         [](const auto& method) {
                             return std::string(import_method_name(method.param));
                         });

/// A fault, the remaining method, and the reason against the better one.
struct Step {
    const char* name;
    const char* faults;
    ImportMethod left;
    std::string reason;
};

void PrintTo(const Step& step, std::ostream* stream) {
    *stream << step.name;
}

class ImportSteps : public ImportTest, public testing::WithParamInterface<Step> {};

TEST_P(ImportSteps, LeadToTheNextMethodWithAReason) {
    open(GetParam().faults);
    const auto image = share();
    ASSERT_TRUE(image) << joined(image.error());
    EXPECT_EQ(image->plan().method, GetParam().left) << joined(describe(image->plan().refused));
    EXPECT_THAT(joined(describe(image->plan().refused)), HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    , ImportSteps,
    testing::Values(
        Step{"NoModifierExtension", "without:VK_EXT_image_drm_format_modifier",
             ImportMethod::linear, "modifier: the driver has no VK_EXT_image_drm_format_modifier"},
        Step{"NoModifiers", "no-modifiers", ImportMethod::linear,
             "modifier: the driver does not offer DRM_FORMAT_MOD_LINEAR"},
        Step{"OnlyPlanes", "modifier-of-two-planes", ImportMethod::linear,
             "modifier: the driver does not offer DRM_FORMAT_MOD_LINEAR"},
        Step{"NotSampled", "modifier-not-sampled", ImportMethod::linear,
             "modifier: XRGB8888 with modifier LINEAR cannot be sampled"},
        Step{"NeitherSampled", "modifier-not-sampled linear-not-sampled", ImportMethod::buffer,
             "linear: XRGB8888 with linear tiling cannot be sampled"},
        Step{"NoImages", "vkGetPhysicalDeviceImageFormatProperties2=FORMAT_NOT_SUPPORTED",
             ImportMethod::buffer,
             "linear: the driver takes no dma-buf as a XRGB8888 image with linear tiling "
             "(VK_ERROR_FORMAT_NOT_SUPPORTED)"},
        Step{"NoImport", "image-not-importable", ImportMethod::buffer,
             "modifier: a dma-buf cannot be imported as a XRGB8888 image"},
        Step{"TooLarge", "small-images", ImportMethod::buffer,
             "modifier: 241x67 is larger than the 16x16 that the device takes"},
        Step{"StrideRefused", "vkCreateImage@1=INVALID_PLANE_LAYOUT", ImportMethod::modifier, ""},
        Step{"LayoutsRefused",
             "vkCreateImage@1=INVALID_PLANE_LAYOUT vkCreateImage@2=INVALID_PLANE_LAYOUT",
             ImportMethod::linear, "VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT"},
        Step{"ImagesRefused", "vkCreateImage=OUT_OF_DEVICE_MEMORY", ImportMethod::buffer,
             "linear: vkCreateImage refused 241x67 XRGB8888 with linear tiling "
             "(VK_ERROR_OUT_OF_DEVICE_MEMORY)"},
        // Refused when it comes to the import, and not when it is asked for.
        Step{"Memory", "vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE", ImportMethod::linear,
             text::format("modifier: the driver refused to import the dma-buf "
                          "(VK_ERROR_INVALID_EXTERNAL_HANDLE); it wants 68608 bytes, the dma-buf "
                          "holds {}",
                          in_pages(68608))},
        Step{"NoMemoryType", "no-memory-type.modifier", ImportMethod::linear,
             "modifier: no memory type suits both: the image takes 0x1, the dma-buf can be 0x0"},
        Step{"MoreBytes", "wants-more-each-time.modifier", ImportMethod::linear,
             text::format("modifier: the driver wants 199680 bytes, the dma-buf holds {}",
                          in_pages(134144))},
        Step{"MoreBytesOfImages", "wants-more-each-time.modifier wants-more-each-time.linear",
             ImportMethod::buffer,
             text::format("linear: the driver wants 331776 bytes, the dma-buf holds {}",
                          in_pages(200704))}),
    [](const auto& step) { return std::string(step.param.name); });

/// Faults that leave no method, and the reasons.
struct End {
    const char* name;
    const char* faults;
    std::optional<ImportMethod> only;
    const char* reason;
};

void PrintTo(const End& end, std::ostream* stream) {
    *stream << end.name;
}

class ImportEnds : public ImportTest, public testing::WithParamInterface<End> {};

TEST_P(ImportEnds, AreReasonsAndLeaveNothingBehind) {
    open(GetParam().faults);
    const int before = test::count_open_fds();
    for (int i = 0; i < 3; ++i) {
        const auto image = share(GetParam().only);
        ASSERT_FALSE(image);
        EXPECT_THAT(joined(image.error()), HasSubstr(GetParam().reason));
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

INSTANTIATE_TEST_SUITE_P(
    , ImportEnds,
    testing::Values(
        End{"NothingImports",
            "image-not-importable buffer-not-importable",
            {},
            "buffer: a dma-buf cannot be imported as a buffer"},
        End{"NoBuffer",
            "image-not-importable vkCreateBuffer=OUT_OF_HOST_MEMORY",
            {},
            "buffer: vkCreateBuffer refused (VK_ERROR_OUT_OF_HOST_MEMORY)"},
        End{"NothingToCopyTo",
            "image-not-importable optimal-not-sampled",
            {},
            "buffer: XRGB8888 cannot be both copied to and sampled"},
        End{"FdUnknown",
            "vkGetMemoryFdPropertiesKHR=INVALID_EXTERNAL_HANDLE",
            {},
            "modifier: the driver refused to import the dma-buf "
            "(VK_ERROR_INVALID_EXTERNAL_HANDLE)"},
        End{"NoMemoryType", "no-memory-type", {}, "modifier: no memory type suits both"},
        End{"MoreBytes", "wants-more-each-time", {}, "buffer: the driver wants "}),
    [](const auto& end) { return std::string(end.param.name); });

/// A Vulkan call of a method's import, after those on trial.
struct Call {
    ImportMethod method;
    std::string name;
};

std::vector<Call> calls_of_imports() {
    std::vector<Call> calls;
    for (const ImportMethod method : {ImportMethod::modifier, ImportMethod::linear}) {
        for (const char* const name :
             {"vkCreateImage.{}@2", "vkGetMemoryFdPropertiesKHR.{}", "vkAllocateMemory.{}",
              "vkBindImageMemory.{}", "vkCreateImageView.{}"}) {
            const auto text = import_method_name(method);
            calls.push_back({method, std::vformat(name, std::make_format_args(text))});
        }
    }
    for (const char* const name :
         {"vkCreateBuffer.buffer@2", "vkGetMemoryFdPropertiesKHR.buffer", "vkAllocateMemory.buffer",
          "vkBindBufferMemory.buffer", "vkCreateImage.own", "vkAllocateMemory.own",
          "vkBindImageMemory.buffer", "vkCreateImageView.buffer"}) {
        calls.push_back({ImportMethod::buffer, name});
    }
    return calls;
}

TEST_F(ImportTest, EveryCallThatIsRefusedRefusesItsMethod) {
    open("");
    const int before = test::count_open_fds();
    for (const Call& call : calls_of_imports()) {
        set_faults(call.name + "=INVALID_EXTERNAL_HANDLE");
        const auto image = share(call.method);
        ASSERT_FALSE(image) << call.name;
        EXPECT_THAT(image.error(),
                    ElementsAre(AllOf(StartsWith(import_method_name(call.method)),
                                      HasSubstr("VK_ERROR_INVALID_EXTERNAL_HANDLE"))))
            << call.name;
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST_F(ImportTest, TwoCallsThatAreRefusedLeaveTheBestOtherMethod) {
    open("");
    const std::vector<Call> calls = calls_of_imports();
    const int before = test::count_open_fds();
    for (const Call& first : calls) {
        for (const Call& second : calls) {
            SCOPED_TRACE(first.name + " " + second.name);
            set_faults(first.name + "=INVALID_EXTERNAL_HANDLE " + second.name +
                       "=INVALID_EXTERNAL_HANDLE");
            const auto image = share();
            ASSERT_TRUE(image) << joined(image.error());
            std::vector<ImportMethod> refused;
            for (const Refusal& refusal : image->plan().refused) {
                refused.push_back(refusal.method);
                EXPECT_THAT(refusal.reasons,
                            ElementsAre(HasSubstr("VK_ERROR_INVALID_EXTERNAL_HANDLE")));
            }
            const auto is_refused = [&](ImportMethod method) {
                return first.method == method || second.method == method;
            };
            std::vector<ImportMethod> expected(
                all_import_methods.begin(),
                std::ranges::find_if_not(all_import_methods, is_refused));
            EXPECT_EQ(refused, expected);
            EXPECT_EQ(image->plan().method, all_import_methods.at(expected.size()));
        }
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST_F(ImportTest, CallsThatAreRefusedInEachMethodLeaveNothing) {
    open("");
    const int before = test::count_open_fds();
    for (const Call& last : calls_of_imports()) {
        set_faults("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE "
                   "vkBindImageMemory.linear=INVALID_EXTERNAL_HANDLE " +
                   last.name + "=TOO_MANY_OBJECTS");
        const auto image = share();
        EXPECT_EQ(image.has_value(), last.method != ImportMethod::buffer) << last.name;
        if (!image) {
            EXPECT_THAT(image.error(), ElementsAre(StartsWith("modifier: "), StartsWith("linear: "),
                                                   StartsWith("buffer: ")));
        }
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST_F(ImportTest, WithoutMemoryOrDeviceNoOtherMethodIsTried) {
    open("");
    const int before = test::count_open_fds();
    for (const Call& call : calls_of_imports()) {
        for (const auto& [name, result] :
             {std::pair("OUT_OF_HOST_MEMORY", VK_ERROR_OUT_OF_HOST_MEMORY),
              std::pair("OUT_OF_DEVICE_MEMORY", VK_ERROR_OUT_OF_DEVICE_MEMORY),
              std::pair("DEVICE_LOST", VK_ERROR_DEVICE_LOST)}) {
            SCOPED_TRACE(call.name + " " + name);
            std::string faults = text::format("{}={}", call.name, name);
            for (const ImportMethod better : all_import_methods) {
                if (better < call.method) {
                    faults += text::format(" vkAllocateMemory.{}=INVALID_EXTERNAL_HANDLE",
                                           import_method_name(better));
                }
            }
            set_faults(faults);
            try {
                static_cast<void>(share());
                ADD_FAILURE() << "it was imported or refused";
            } catch (const VulkanError& error) {
                EXPECT_EQ(error.result(), result);
            }
        }
    }
    EXPECT_EQ(test::count_open_fds(), before);
}

TEST_F(ImportTest, EveryMethodThatIsTriedGetsABufferThatSuitsIt) {
    open("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE longer-rows.linear", true);
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    std::vector<std::uint64_t> sizes;
    std::vector<int> fds; // of the process, before each allocation
    const auto import = allocate_image(context().importer(), request, [&](std::uint64_t size) {
        sizes.push_back(size);
        fds.push_back(test::count_open_fds());
        return exporter().allocate(size);
    });
    ASSERT_TRUE(import) << joined(import.error());
    EXPECT_EQ(import->plan.method, ImportMethod::linear);
    EXPECT_EQ(import->plan.layout.planes[0].stride, 1088U);
    ASSERT_THAT(sizes, SizeIs(2));
    EXPECT_GE(sizes[0], portable_layout(odd, request.fourcc).size());
    EXPECT_EQ(sizes[1], import->plan.buffer_size());
    EXPECT_GT(sizes[1], sizes[0]);
    EXPECT_GE(import->buffer.size(), sizes[1]);
    EXPECT_EQ(fds[1], fds[0]) << "two buffers at once";
}

TEST_F(ImportTest, TheNextMethodSharesTheMemoryAllTheSame) {
    open("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE no-memory-type.linear", true);
    auto image = share();
    ASSERT_TRUE(image) << joined(image.error());
    EXPECT_EQ(image->plan().method, ImportMethod::buffer);
    image->paint(test_pattern(odd, 1));
    const OffscreenRenderer gpu(context(), image->layout());
    EXPECT_EQ(gpu.read(image->imported(), image->buffer()), image->cpu_view());
    EXPECT_THAT(instance().validation_log()->messages(), testing::IsEmpty());
}

TEST_F(ImportTest, MemoryThatExistsIsLeftToAMethodThatSuitsItsLayout) {
    open("vkAllocateMemory.modifier=INVALID_EXTERNAL_HANDLE");
    const ImageLayout layout = packed_layout(odd, rgb_fourccs().front(), odd.width * 4);
    const DmaBuf buffer = exporter().allocate(layout.size());
    const auto import = import_image(context().importer(), layout, buffer);
    ASSERT_TRUE(import) << joined(import.error());
    EXPECT_EQ(import->plan.method, ImportMethod::buffer);
    EXPECT_EQ(import->plan.layout, layout);
    EXPECT_THAT(describe(import->plan.refused),
                ElementsAre(HasSubstr("modifier: the driver refused to import the dma-buf"),
                            HasSubstr("linear: the memory has stride 964")));
    EXPECT_FALSE(import_image(context().importer(), layout, buffer, ImportMethod::modifier));
}

TEST_F(ImportTest, MemoryThatExistsIsReadWhereItsPixelsAre) {
    open("", true);
    const ImageLayout layout = packed_layout(odd, rgb_fourccs().front(), 1280, 4096);
    const DmaBuf buffer = exporter().allocate(layout.size());
    const Mapping mapping = buffer.map();
    write_pixels(test_pattern(odd, 1), layout, CpuWrite(mapping).bytes());
    for (const auto only : {std::optional<ImportMethod>(), std::optional(ImportMethod::buffer)}) {
        const auto import = import_image(context().importer(), layout, buffer, only);
        ASSERT_TRUE(import) << joined(import.error());
        EXPECT_EQ(OffscreenRenderer(context(), layout).read(*import->image, buffer),
                  read_pixels(layout, CpuRead(mapping).bytes()));
    }
    EXPECT_THAT(instance().validation_log()->messages(), testing::IsEmpty());
}

TEST_F(ImportTest, AFixedLayoutThatTheDriverDoesNotWantIsLeftToTheBuffer) {
    open("");
    const std::uint32_t fourcc = rgb_fourccs().front();
    const ImageRequest request{
        .extent = odd, .fourcc = fourcc, .fixed = portable_layout(odd, fourcc)};
    for (const auto& [lie, wants] : {std::pair("longer-rows", "stride 1088 and offset 0"),
                                     std::pair("later-pixels", "stride 1024 and offset 64")}) {
        set_faults(lie);
        const auto plan = plan_import(ask_driver(context().importer(), request), request);
        ASSERT_TRUE(plan);
        EXPECT_EQ(plan->method, ImportMethod::buffer);
        EXPECT_EQ(plan->layout, *request.fixed);
        EXPECT_THAT(joined(describe(plan->refused)),
                    HasSubstr(text::format("modifier: the memory has stride 1024 and offset 0, the "
                                           "driver wants {}",
                                           wants)));
    }
}

TEST_F(ImportTest, AFixedLayoutThatIsRefusedIsNotExchangedForTheDriversOwn) {
    open("vkCreateImage@1=INVALID_PLANE_LAYOUT");
    const std::uint32_t fourcc = rgb_fourccs().front();
    const ImageRequest request{
        .extent = odd, .fourcc = fourcc, .fixed = portable_layout(odd, fourcc)};
    const auto plan =
        plan_import(ask_driver(context().importer(), request), request, ImportMethod::modifier);
    ASSERT_FALSE(plan);
    EXPECT_THAT(describe(plan.error()),
                ElementsAre(HasSubstr("vkCreateImage refused 241x67 XRGB8888 with modifier LINEAR "
                                      "(VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT)")));
}

TEST_F(ImportTest, TheStrideSuitsOtherDriversUnlessThisOneRefusesIt) {
    open("");
    const ImageRequest narrow{.extent = {.width = 65, .height = 4},
                              .fourcc = rgb_fourccs().front()};
    const auto stride = [&] { return ask_driver(context().importer(), narrow).modifier.stride; };
    EXPECT_EQ(stride(), 512U);
    set_faults("vkCreateImage@1=INVALID_PLANE_LAYOUT");
    EXPECT_THAT(stride(), AllOf(testing::Ge(260U), testing::Lt(512U)));
}

// Vulkan does not define what happens if one is created.
TEST_F(ImportTest, ImagesThatTheDriverDoesNotTakeAreNotTried) {
    open("");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    for (const char* const lie : {"small-images", "image-not-importable"}) {
        set_faults(lie);
        const DriverAnswers answers = ask_driver(context().importer(), request);
        EXPECT_EQ(answers.modifier.created, VK_NOT_READY) << lie;
        EXPECT_EQ(answers.linear.created, VK_NOT_READY) << lie;
    }
}

TEST_F(ImportTest, ADedicatedAllocationIsMadeWhereItIsPreferredOrRequired) {
    open("");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    for (const auto& [lie, dedicated] : {std::pair("", false), std::pair("prefers-dedicated", true),
                                         std::pair("requires-dedicated", true)}) {
        set_faults(lie);
        const DriverAnswers answers = ask_driver(context().importer(), request);
        EXPECT_EQ(answers.modifier.memory.dedicated, dedicated) << lie;
        EXPECT_EQ(answers.buffer.memory.dedicated, dedicated) << lie;
    }
}

TEST_F(ImportTest, MemoryOfExactlyTheSizeThatIsWantedIsTaken) {
    open("");
    const ImageRequest whole{.extent = {.width = 256, .height = 64},
                             .fourcc = rgb_fourccs().front()};
    for (const ImportMethod method : all_import_methods) { // whole pages, of any size
        const auto import = allocate_image(
            context().importer(), whole,
            [&](std::uint64_t size) { return exporter().allocate(size); }, method);
        ASSERT_TRUE(import) << joined(import.error());
        EXPECT_EQ(import->buffer.size(), import->plan.memory.size);
    }
}

TEST_F(ImportTest, TheFdOfAnImportIsTheDriversFromThenOn) {
    open("");
    const ImageLayout layout = portable_layout(odd, rgb_fourccs().front());
    const DmaBuf buffer = exporter().allocate(layout.size());
    const auto first = import_image(context().importer(), layout, buffer);
    ASSERT_TRUE(first) << joined(first.error());
    const int before = test::count_open_fds();
    const auto second = import_image(context().importer(), layout, buffer);
    ASSERT_TRUE(second) << joined(second.error());
    EXPECT_EQ(test::count_open_fds(), before + 2); // lavapipe keeps it and a duplicate
}

TEST_F(ImportTest, ADriverThatStatesAnotherLayoutHasNoAlignment) {
    open("");
    const ImageRequest request{.extent = odd, .fourcc = rgb_fourccs().front()};
    const auto find = [&] { return find_linear_alignment(context().importer(), request); };
    EXPECT_NE(find().stride, 0U);
    EXPECT_NE(find().offset, 0U);
    set_faults("longer-rows");
    EXPECT_EQ(find().stride, 0U);
    set_faults("later-pixels");
    EXPECT_EQ(find().offset, 0U);
}

TEST_F(ImportTest, ABufferHasTheSizeOfTheLayoutThatTheMemoryHas) {
    open("");
    const std::uint32_t fourcc = rgb_fourccs().front();
    const ImageLayout layout = packed_layout(odd, fourcc, 4096, 65536);
    const ImageRequest request{.extent = odd, .fourcc = fourcc, .fixed = layout};
    EXPECT_GE(ask_driver(context().importer(), request).buffer.memory.size, layout.size());
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

class LostWork : public ImportTest, public testing::WithParamInterface<Loss> {};

TEST_P(LostWork, IsThrownAndLeavesNothingBehind) {
    open(GetParam().faults);
    auto image = share();
    ASSERT_TRUE(image) << joined(image.error());
    const OffscreenRenderer gpu(context(), image->layout());
    const int before = test::count_open_fds();
    for (int i = 0; i < 3; ++i) {
        try {
            static_cast<void>(gpu.read(image->imported(), image->buffer()));
            ADD_FAILURE() << "it was done";
        } catch (const std::system_error& error) { // vk::SystemError or VulkanError
            EXPECT_EQ(static_cast<vk::Result>(error.code().value()), GetParam().result);
        }
    }
    // The driver closes what work had imported in a thread of its own, after its fence.
    context().device().waitIdle();
    EXPECT_LE(test::count_open_fds(), before); // fds of earlier work may be closed by now
    image->paint(test_pattern(odd, 1));        // the memory itself is not lost
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
