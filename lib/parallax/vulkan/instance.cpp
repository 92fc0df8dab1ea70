// SPDX-License-Identifier: MIT
#include "parallax/vulkan/instance.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <format>

namespace parallax {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

bool has_layer(const vk::raii::Context& loader, const char* name) {
    return std::ranges::any_of(loader.enumerateInstanceLayerProperties(),
                               [name](const vk::LayerProperties& layer) {
                                   return std::strcmp(layer.layerName, name) == 0;
                               });
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

bool matches(const DeviceFacts& facts, std::size_t index, const std::string& wish) {
    if (const auto wanted = as_index(wish)) {
        return *wanted == index;
    }
    return lower(facts.name).contains(lower(wish));
}

} // namespace

std::expected<Instance, Reasons> Instance::create(const Options& options) try {
    auto loader = std::make_unique<vk::raii::Context>();
    if (loader->enumerateInstanceVersion() < VK_API_VERSION_1_3) {
        return std::unexpected(
            Reasons{std::format("the Vulkan loader offers {}, and Parallax needs 1.3",
                                version_text(loader->enumerateInstanceVersion()))});
    }
    std::vector<const char*> layers;
    std::vector<const char*> extensions = options.extensions;
    std::unique_ptr<ValidationLog> log;
    if (options.validate) {
        if (!has_layer(*loader, validation_layer)) {
            return std::unexpected(Reasons{std::format(
                "{} is not installed (Debian: vulkan-validationlayers)", validation_layer)});
        }
        layers.push_back(validation_layer);
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        log = std::make_unique<ValidationLog>();
    }

    const vk::ApplicationInfo application{.pApplicationName = "parallax",
                                          .apiVersion = VK_API_VERSION_1_3};
    // With the messenger's own info chained in, creation and destruction are listened to as well.
    const auto messenger_info =
        log ? log->messenger_info() : vk::DebugUtilsMessengerCreateInfoEXT{};
    vk::raii::Instance instance(
        *loader, vk::InstanceCreateInfo{
                     .pNext = log ? &messenger_info : nullptr,
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
    return std::unexpected(Reasons{
        std::format("no Vulkan instance can be made ({}); is a Vulkan driver installed (Debian: "
                    "mesa-vulkan-drivers)?",
                    error.what())});
} catch (const std::runtime_error& error) { // the loader library itself could not be opened
    return std::unexpected(Reasons{
        std::format("the Vulkan loader, libvulkan.so.1, is not installed (Debian: libvulkan1): {}",
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

std::expected<vk::raii::PhysicalDevice, Reasons> choose_device(const Instance& instance,
                                                               const std::string& wish) {
    Reasons reasons;
    std::optional<vk::raii::PhysicalDevice> chosen;
    bool chosen_is_cpu = false;
    std::size_t index = 0;
    for (vk::raii::PhysicalDevice& device : instance.devices()) {
        const DeviceFacts facts = device_facts(device);
        const std::string title = std::format("device {} ({})", index, facts.name);
        if (!matches(facts, index++, wish)) {
            reasons.push_back(std::format("{} is not the one asked for", title));
            continue;
        }
        for (const std::string& refusal : facts.refusals) {
            reasons.push_back(std::format("{} {}", title, refusal));
        }
        const bool is_cpu = device.getProperties().deviceType == vk::PhysicalDeviceType::eCpu;
        if (facts.refusals.empty() && (!chosen || (chosen_is_cpu && !is_cpu))) {
            chosen = std::move(device);
            chosen_is_cpu = is_cpu;
        }
    }
    if (chosen) {
        return *std::move(chosen);
    }
    if (index == 0) {
        reasons.emplace_back("the Vulkan loader found no device; is a driver installed (Debian: "
                             "mesa-vulkan-drivers)?");
    }
    return std::unexpected(std::move(reasons));
}

} // namespace parallax
