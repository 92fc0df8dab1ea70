// SPDX-License-Identifier: MIT
// Import into a device that the library did not make: of Vulkan 1.1, in plain C, with no feature
// enabled, watched by the validation layers.
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/sync_file.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/vulkan/import/image.hpp"
#include "parallax/vulkan/semaphore.hpp"

#include <dlfcn.h>
#include <drm_fourcc.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <string>

namespace parallax {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Extent odd_extent{.width = 241, .height = 67};

/// A function of Vulkan by its name: vk<PFN_vkCreateFence>("vkCreateFence").
class Loader {
public:
    Loader()
        : library_(::dlopen("libvulkan.so.1", RTLD_NOW)),
          get_(reinterpret_cast<PFN_vkGetInstanceProcAddr>(
              ::dlsym(library_, "vkGetInstanceProcAddr"))) {}
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;
    ~Loader() { ::dlclose(library_); }

    [[nodiscard]] PFN_vkGetInstanceProcAddr get() const { return get_; }

private:
    void* library_;
    PFN_vkGetInstanceProcAddr get_;
};

#define VK(name) reinterpret_cast<PFN_##name>(loader_.get()(instance_, #name))

VKAPI_ATTR VkBool32 VKAPI_CALL hear(VkDebugUtilsMessageSeverityFlagBitsEXT /*severity*/,
                                    VkDebugUtilsMessageTypeFlagsEXT /*types*/,
                                    const VkDebugUtilsMessengerCallbackDataEXT* data,
                                    void* /*unused*/) {
    ADD_FAILURE() << data->pMessage;
    return VK_FALSE;
}

class OwnDevice : public testing::Test {
protected:
    void SetUp() override {
        const VkDebugUtilsMessengerCreateInfoEXT messenger{
            .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
            .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                               VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
            .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
            .pfnUserCallback = hear};
        const auto synchronization = VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
        const VkValidationFeaturesEXT validation{.sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
                                                 .pNext = &messenger,
                                                 .enabledValidationFeatureCount = 1,
                                                 .pEnabledValidationFeatures = &synchronization};
        const char* const layer = "VK_LAYER_KHRONOS_validation";
        const std::array<const char*, 2> names{VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
                                               VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME};
        const VkApplicationInfo application{.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                            .apiVersion = VK_API_VERSION_1_1};
        const VkInstanceCreateInfo info{.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                        .pNext = &validation,
                                        .pApplicationInfo = &application,
                                        .enabledLayerCount = 1,
                                        .ppEnabledLayerNames = &layer,
                                        .enabledExtensionCount = names.size(),
                                        .ppEnabledExtensionNames = names.data()};
        ASSERT_EQ(VK(vkCreateInstance)(&info, nullptr, &instance_), VK_SUCCESS);
        ASSERT_EQ(VK(vkCreateDebugUtilsMessengerEXT)(instance_, &messenger, nullptr, &messenger_),
                  VK_SUCCESS);
        std::uint32_t count = 1;
        ASSERT_GE(VK(vkEnumeratePhysicalDevices)(instance_, &count, &physical_), 0);
        const auto wanted = device_extensions(loader_.get(), instance_, physical_);
        ASSERT_TRUE(wanted) << wanted.error().front();
        extensions_ = *wanted;
        extensions_.push_back(VK_KHR_IMAGE_FORMAT_LIST_EXTENSION_NAME); // on 1.1
        create_device();
    }

    void TearDown() override {
        destroy_device();
        if (instance_ != VK_NULL_HANDLE) {
            VK(vkDestroyDebugUtilsMessengerEXT)(instance_, messenger_, nullptr);
            VK(vkDestroyInstance)(instance_, nullptr);
        }
    }

    void create_device() {
        const float priority = 1.0F;
        const VkDeviceQueueCreateInfo queue{.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                            .queueFamilyIndex = 0,
                                            .queueCount = 1,
                                            .pQueuePriorities = &priority};
        const VkDeviceCreateInfo info{.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                                      .queueCreateInfoCount = 1,
                                      .pQueueCreateInfos = &queue,
                                      .enabledExtensionCount =
                                          static_cast<std::uint32_t>(extensions_.size()),
                                      .ppEnabledExtensionNames = extensions_.data()};
        ASSERT_EQ(VK(vkCreateDevice)(physical_, &info, nullptr, &device_), VK_SUCCESS);
        VK(vkGetDeviceQueue)(device_, 0, 0, &queue_);
        const VkCommandPoolCreateInfo pool{.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
        ASSERT_EQ(VK(vkCreateCommandPool)(device_, &pool, nullptr, &pool_), VK_SUCCESS);
    }

    void destroy_device() {
        if (device_ != VK_NULL_HANDLE) {
            VK(vkDestroyCommandPool)(device_, pool_, nullptr);
            VK(vkDestroyDevice)(device_, nullptr);
            device_ = VK_NULL_HANDLE;
        }
    }

    /// A device made anew, without that extension.
    void create_device_without(const std::string& extension) {
        destroy_device();
        std::erase(extensions_, extension);
        create_device();
    }

    [[nodiscard]] VulkanDevice device() const {
        return {.instance = instance_,
                .physical = physical_,
                .device = device_,
                .queue_family = 0,
                .get_instance_proc_addr = loader_.get(),
                .extensions = extensions_};
    }

    /// Records, submits with the semaphores, and waits.
    void run(const std::function<void(VkCommandBuffer)>& record, VkSemaphore before,
             VkSemaphore after) const {
        const VkCommandBufferAllocateInfo allocation{
            .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
            .commandPool = pool_,
            .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
            .commandBufferCount = 1};
        VkCommandBuffer commands = VK_NULL_HANDLE;
        ASSERT_EQ(VK(vkAllocateCommandBuffers)(device_, &allocation, &commands), VK_SUCCESS);
        const VkCommandBufferBeginInfo begin{.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
        VK(vkBeginCommandBuffer)(commands, &begin);
        record(commands);
        ASSERT_EQ(VK(vkEndCommandBuffer)(commands), VK_SUCCESS);
        const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
        const VkSubmitInfo submission{.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
                                      .waitSemaphoreCount = before != VK_NULL_HANDLE ? 1U : 0U,
                                      .pWaitSemaphores = &before,
                                      .pWaitDstStageMask = &stage,
                                      .commandBufferCount = 1,
                                      .pCommandBuffers = &commands,
                                      .signalSemaphoreCount = after != VK_NULL_HANDLE ? 1U : 0U,
                                      .pSignalSemaphores = &after};
        ASSERT_EQ(VK(vkQueueSubmit)(queue_, 1, &submission, VK_NULL_HANDLE), VK_SUCCESS);
        ASSERT_EQ(VK(vkQueueWaitIdle)(queue_), VK_SUCCESS);
        VK(vkFreeCommandBuffers)(device_, pool_, 1, &commands);
    }

    /// The image, copied by the GPU in a separate submission.
    Picture read(ImportedImage& image, const ImageLayout& layout, VkSemaphore before = nullptr,
                 VkSemaphore after = nullptr) const {
        const ImageLayout rows = packed_layout(layout.extent, layout.fourcc, layout.row_bytes());
        const VkBufferCreateInfo info{.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                      .size = rows.size(),
                                      .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT};
        VkBuffer buffer = VK_NULL_HANDLE;
        EXPECT_EQ(VK(vkCreateBuffer)(device_, &info, nullptr, &buffer), VK_SUCCESS);
        VkMemoryRequirements wants;
        VK(vkGetBufferMemoryRequirements)(device_, buffer, &wants);
        const VkMemoryAllocateInfo allocation{// every memory of llvmpipe is the host's
                                              .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
                                              .allocationSize = wants.size,
                                              .memoryTypeIndex = 0};
        VkDeviceMemory memory = VK_NULL_HANDLE;
        EXPECT_EQ(VK(vkAllocateMemory)(device_, &allocation, nullptr, &memory), VK_SUCCESS);
        EXPECT_EQ(VK(vkBindBufferMemory)(device_, buffer, memory, 0), VK_SUCCESS);
        run(
            [&](VkCommandBuffer commands) {
                const VkBufferImageCopy region{
                    .imageSubresource = {.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT, .layerCount = 1},
                    .imageExtent = {rows.extent.width, rows.extent.height, 1}};
                const VkMemoryBarrier to_host{.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
                                              .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
                                              .dstAccessMask = VK_ACCESS_HOST_READ_BIT};
                image.acquire(commands);
                VK(vkCmdCopyImageToBuffer)(commands, image.image(), image.layout(), buffer, 1,
                                           &region);
                image.release(commands);
                VK(vkCmdPipelineBarrier)(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                         VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host, 0, nullptr, 0,
                                         nullptr);
            },
            before, after);
        void* bytes = nullptr;
        EXPECT_EQ(VK(vkMapMemory)(device_, memory, 0, VK_WHOLE_SIZE, 0, &bytes), VK_SUCCESS);
        const Picture seen = read_pixels(rows, {static_cast<const std::byte*>(bytes), rows.size()});
        VK(vkDestroyBuffer)(device_, buffer, nullptr);
        VK(vkFreeMemory)(device_, memory, nullptr);
        return seen;
    }

private:
    Loader loader_;
    VkInstance instance_ = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT messenger_ = VK_NULL_HANDLE;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    std::vector<const char*> extensions_;
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    VkCommandPool pool_ = VK_NULL_HANDLE;
};

/// Memory with a picture in it, and its import.
struct Shared : AllocatedImport {
    static Shared create(const Importer& importer,
                         std::optional<ImportMethod> method = std::nullopt) {
        const ImageRequest request{.extent = odd_extent, .fourcc = DRM_FORMAT_XRGB8888};
        const auto exporter = open_exporter("exporter");
        const auto allocate = [&](std::uint64_t size) { return exporter.value()->allocate(size); };
        auto import = allocate_image(importer, request, allocate, method);
        return {std::move(import).value()};
    }

    /// Writes a picture by the CPU.
    /// @return the CPU view of it: an X channel is opaque.
    [[nodiscard]] Picture paint(std::uint32_t seed) const {
        const Mapping mapping = buffer.map();
        write_pixels(test_pattern(odd_extent, seed), plan.layout, CpuWrite(mapping).bytes());
        return read_pixels(plan.layout, CpuRead(mapping).bytes());
    }
};

class EveryMethodOnAnOwnDevice : public OwnDevice,
                                 public testing::WithParamInterface<ImportMethod> {};

TEST_P(EveryMethodOnAnOwnDevice, SeesWhatTheCpuWroteAndWhatItWritesAgain) {
    const auto importer = Importer::create(device());
    ASSERT_TRUE(importer) << importer.error().front();
    const Shared shared = Shared::create(*importer, GetParam());
    ASSERT_EQ(shared.plan.method, GetParam());
    EXPECT_EQ(shared.image->format(), VK_FORMAT_B8G8R8A8_UNORM);
    EXPECT_EQ(shared.image->components().a, VK_COMPONENT_SWIZZLE_ONE);
    EXPECT_NE(shared.image->memory(), VkDeviceMemory{});
    EXPECT_NE(shared.image->view(), VkImageView{});
    EXPECT_TRUE(shared.image->usage() & VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
    for (const std::uint32_t seed : {1U, 2U}) { // two uses of one import
        const Picture painted = shared.paint(seed);
        EXPECT_EQ(read(*shared.image, shared.plan.layout), painted) << seed;
    }
}

INSTANTIATE_TEST_SUITE_P(, EveryMethodOnAnOwnDevice, testing::ValuesIn(all_import_methods),
                         [](const auto& method) {
                             return std::string(import_method_name(method.param));
                         });

/// A loader whose device notes the first scope of each barrier.
struct Noted {
    PFN_vkGetInstanceProcAddr instance_functions = nullptr;
    PFN_vkGetDeviceProcAddr device_functions = nullptr;
    PFN_vkCmdPipelineBarrier barrier = nullptr;
    std::vector<VkPipelineStageFlags> first_scopes;
};
Noted noted;

VKAPI_ATTR void VKAPI_CALL note_barrier(VkCommandBuffer commands, VkPipelineStageFlags first,
                                        VkPipelineStageFlags second, VkDependencyFlags flags,
                                        std::uint32_t memory_count, const VkMemoryBarrier* memories,
                                        std::uint32_t buffer_count,
                                        const VkBufferMemoryBarrier* buffers,
                                        std::uint32_t image_count,
                                        const VkImageMemoryBarrier* images) {
    noted.first_scopes.push_back(first);
    noted.barrier(commands, first, second, flags, memory_count, memories, buffer_count, buffers,
                  image_count, images);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL noting_device(VkDevice device, const char* name) {
    const auto function = noted.device_functions(device, name);
    if (name != std::string_view("vkCmdPipelineBarrier")) {
        return function;
    }
    noted.barrier = reinterpret_cast<PFN_vkCmdPipelineBarrier>(function);
    return reinterpret_cast<PFN_vkVoidFunction>(&note_barrier);
}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL noting_instance(VkInstance instance, const char* name) {
    const auto function = noted.instance_functions(instance, name);
    if (name != std::string_view("vkGetDeviceProcAddr")) {
        return function;
    }
    noted.device_functions = reinterpret_cast<PFN_vkGetDeviceProcAddr>(function);
    return reinterpret_cast<PFN_vkVoidFunction>(&noting_device);
}

// A scope without stages would not be chained to it. No layer sees that: who wrote is outside of
// Vulkan.
TEST_P(EveryMethodOnAnOwnDevice, IsAcquiredAfterTheWaitForASemaphore) {
    VulkanDevice watched = device();
    noted = {.instance_functions = watched.get_instance_proc_addr};
    watched.get_instance_proc_addr = noting_instance;
    const auto importer = Importer::create(watched);
    ASSERT_TRUE(importer) << importer.error().front();
    const Shared shared = Shared::create(*importer, GetParam());
    for (int use = 0; use < 2; ++use) {
        noted.first_scopes.clear();
        run(
            [&](VkCommandBuffer commands) {
                shared.image->acquire(commands);
                ASSERT_FALSE(noted.first_scopes.empty());
                EXPECT_EQ(noted.first_scopes.front(), VK_PIPELINE_STAGE_ALL_COMMANDS_BIT) << use;
                shared.image->release(commands);
            },
            VK_NULL_HANDLE, VK_NULL_HANDLE);
    }
}

TEST_F(OwnDevice, TakesItsTurnByFences) {
    const auto importer = Importer::create(device());
    ASSERT_TRUE(importer);
    ASSERT_THAT(importer->semaphore_refusals(), testing::IsEmpty());
    const Shared shared = Shared::create(*importer);
    const Picture painted = shared.paint(3);
    Semaphore before(*importer);
    const Semaphore after(*importer);
    before.import(*SyncFile::export_from(shared.buffer, Access::read));
    EXPECT_EQ(read(*shared.image, shared.plan.layout, before.handle(), after.handle()), painted);
    if (const auto fence = after.export_fence()) {
        fence->import_into(shared.buffer, Access::read);
    }
    EXPECT_TRUE(is_idle(shared.buffer, Access::write));
}

TEST_F(OwnDevice, IsRefusedWithTheNamesOfTheExtensionsThatAreNotEnabled) {
    create_device_without(VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME);
    auto importer = Importer::create(device());
    ASSERT_FALSE(importer);
    EXPECT_THAT(importer.error(), ElementsAre(HasSubstr("VK_EXT_external_memory_dma_buf")));
    VulkanDevice none = device();
    none.extensions = {};
    importer = Importer::create(none);
    ASSERT_FALSE(importer);
    EXPECT_THAT(importer.error(), ElementsAre(HasSubstr("VK_KHR_external_memory_fd"),
                                              HasSubstr("VK_EXT_external_memory_dma_buf")));
}

/// A loader that does not know one function, as one of Vulkan 1.0.
Loader* loader_with_less = nullptr;
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL less(VkInstance instance, const char* name) {
    const bool missing = std::string_view(name) == "vkGetPhysicalDeviceFormatProperties2";
    return missing ? nullptr : loader_with_less->get()(instance, name);
}

TEST_F(OwnDevice, IsRefusedWithTheNamesOfTheFunctionsThatItDoesNotHave) {
    Loader loader;
    loader_with_less = &loader;
    VulkanDevice old = device();
    old.get_instance_proc_addr = less;
    const auto importer = Importer::create(old);
    ASSERT_FALSE(importer);
    EXPECT_THAT(importer.error(), ElementsAre(HasSubstr("vkGetPhysicalDeviceFormatProperties2")));
}

TEST_F(OwnDevice, WithoutTheOptionalExtensionsIsImportedIntoAllTheSame) {
    for (const char* const name : optional_device_extensions) {
        create_device_without(name);
    }
    const auto importer = Importer::create(device());
    ASSERT_TRUE(importer) << importer.error().front();
    EXPECT_THAT(importer->semaphore_refusals(),
                ElementsAre(HasSubstr("VK_KHR_external_semaphore_fd is not enabled")));
    const Shared shared = Shared::create(*importer);
    EXPECT_EQ(shared.plan.method, ImportMethod::linear);
    EXPECT_THAT(describe(shared.plan.refused),
                Contains(HasSubstr("VK_EXT_image_drm_format_modifier is not enabled")));
    const Picture painted = shared.paint(4);
    EXPECT_EQ(read(*shared.image, shared.plan.layout), painted);
}

} // namespace
} // namespace parallax
