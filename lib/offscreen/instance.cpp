// SPDX-License-Identifier: MIT
#include "offscreen/instance.hpp"

#include "offscreen/driver_search.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <functional>

namespace parallax {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

bool has_layer(const vk::raii::Context& loader, const char* name) {
    return std::ranges::any_of(loader.enumerateInstanceLayerProperties(),
                               [name](const vk::LayerProperties& layer) {
                                   return std::strcmp(layer.layerName, name) == 0;
                               });
}

void append(Reasons& reasons, const Reasons& more) {
    reasons.insert(reasons.end(), more.begin(), more.end());
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The index that @p text is, if it is nothing but a number.
std::optional<std::size_t> as_index(const std::string& text) {
    std::size_t index = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, index);
    return error == std::errc{} && rest == end ? std::optional(index) : std::nullopt;
}

} // namespace

std::expected<Instance, Reasons> Instance::create(const Options& options) try {
    auto loader = std::make_unique<vk::raii::Context>();
    if (loader->enumerateInstanceVersion() < VK_API_VERSION_1_3) {
        return std::unexpected(
            Reasons{text::format("the Vulkan loader offers {}, and Parallax needs 1.3",
                                 version_text(loader->enumerateInstanceVersion()))});
    }
    std::vector<const char*> layers;
    std::vector<const char*> extensions = options.extensions;
    std::unique_ptr<ValidationLog> log;
    if (options.validate) {
        if (!has_layer(*loader, validation_layer)) {
            return std::unexpected(Reasons{text::format(
                "{} is not installed (Debian: vulkan-validationlayers)", validation_layer)});
        }
        layers.push_back(validation_layer);
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
        log = std::make_unique<ValidationLog>();
    }

    const vk::ApplicationInfo application{.pApplicationName = "parallax",
                                          .apiVersion = VK_API_VERSION_1_3};
    // With the messenger's own info chained in, creation and destruction are listened to as well.
    const auto messenger_info =
        log ? log->messenger_info() : vk::DebugUtilsMessengerCreateInfoEXT{};
    constexpr auto synchronization = vk::ValidationFeatureEnableEXT::eSynchronizationValidation;
    const vk::ValidationFeaturesEXT features{.pNext = &messenger_info,
                                             .enabledValidationFeatureCount = 1,
                                             .pEnabledValidationFeatures = &synchronization};
    vk::raii::Instance instance(
        *loader, vk::InstanceCreateInfo{
                     .pNext = log ? &features : nullptr,
                     .pApplicationInfo = &application,
                     .enabledLayerCount = static_cast<std::uint32_t>(layers.size()),
                     .ppEnabledLayerNames = layers.data(),
                     .enabledExtensionCount = static_cast<std::uint32_t>(extensions.size()),
                     .ppEnabledExtensionNames = extensions.data(),
                 });
    vk::raii::DebugUtilsMessengerEXT messenger(nullptr);
    if (log) {
        messenger = instance.createDebugUtilsMessengerEXT(messenger_info);
    }
    return Instance(std::move(loader), std::move(log), std::move(instance), std::move(messenger));
} catch (const vk::SystemError& error) {
    Reasons reasons{text::format("no Vulkan instance can be made ({})", error.what())};
    append(reasons, explain_driver_search());
    return std::unexpected(std::move(reasons));
} catch (const std::runtime_error& error) { // the loader library itself could not be opened
    return std::unexpected(Reasons{
        text::format("the Vulkan loader, libvulkan.so.1, is not installed (Debian: libvulkan1): {}",
                     error.what())});
}

Instance::Instance(std::unique_ptr<vk::raii::Context> loader, std::unique_ptr<ValidationLog> log,
                   vk::raii::Instance instance, vk::raii::DebugUtilsMessengerEXT messenger)
    : loader_(std::move(loader)),
      log_(std::move(log)),
      instance_(std::move(instance)),
      messenger_(std::move(messenger)) {}

std::vector<vk::raii::PhysicalDevice> Instance::devices() const {
    return instance_.enumeratePhysicalDevices();
}

bool names_device(const std::string& wish, std::size_t index, const std::string& name) {
    if (const auto wanted = as_index(wish)) {
        return *wanted == index;
    }
    return lower(name).contains(lower(wish));
}

UsableDevices usable_devices(const Instance& instance, const std::string& wish) {
    UsableDevices usable;
    std::vector<vk::raii::PhysicalDevice> all;
    try {
        all = instance.devices();
    } catch (const vk::SystemError& error) {
        usable.refusals.push_back(
            text::format("a Vulkan driver failed when it was asked for its devices ({}); leave it "
                         "out: VK_LOADER_DRIVERS_DISABLE='*name*'",
                         error.what()));
        return usable;
    }
    if (all.empty()) {
        usable.refusals.emplace_back("the Vulkan loader found no device");
        append(usable.refusals, explain_driver_search());
    }
    const auto is_cpu = [](const vk::raii::PhysicalDevice& device) {
        return device.getProperties().deviceType == vk::PhysicalDeviceType::eCpu;
    };
    for (std::size_t index = 0; index < all.size(); ++index) {
        const DeviceFacts facts = device_facts(all[index]);
        const std::string title = text::format("device {} ({})", index, facts.name);
        if (!names_device(wish, index, facts.name)) {
            usable.refusals.push_back(text::format("{} is not the one asked for", title));
            continue;
        }
        for (const std::string& refusal : facts.refusals) {
            usable.refusals.push_back(text::format("{} {}", title, refusal));
        }
        if (facts.refusals.empty()) {
            usable.devices.push_back(std::move(all[index]));
        }
    }
    std::stable_partition(usable.devices.begin(), usable.devices.end(), std::not_fn(is_cpu));
    return usable;
}

} // namespace parallax
