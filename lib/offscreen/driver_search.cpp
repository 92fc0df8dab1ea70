// SPDX-License-Identifier: MIT
#include "offscreen/driver_search.hpp"

#include "offscreen/vk.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <string_view>
#include <vector>

namespace parallax {
namespace {

/// "loader_icd_scan: Failed loading" without the loader's function.
std::string_view without_function(std::string_view text) {
    const std::size_t colon = text.find(": ");
    const bool is_name = colon != std::string_view::npos &&
                         text.substr(0, colon).find_first_of(" ./") == std::string_view::npos &&
                         (text.starts_with("loader_") || text.starts_with("terminator_") ||
                          text.starts_with("setup_") || text.starts_with("vk"));
    return is_name ? text.substr(colon + 2) : text;
}

/// Of layers, which the loader reads before the drivers and loads after them.
bool is_of_layers(std::string_view text) {
    return text.contains("VK_LAYER_") || text.contains("_LAYERS'");
}

VKAPI_ATTR vk::Bool32 VKAPI_CALL listen(vk::DebugUtilsMessageSeverityFlagBitsEXT severity,
                                        vk::DebugUtilsMessageTypeFlagsEXT /*types*/,
                                        const vk::DebugUtilsMessengerCallbackDataEXT* data,
                                        void* messages) {
    using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
    static_cast<std::vector<LoaderMessage>*>(messages)->push_back(
        {.trouble = severity == Severity::eWarning || severity == Severity::eError,
         .text = data->pMessage});
    return vk::False;
}

} // namespace

Reasons explain_driver_search(std::span<const LoaderMessage> messages) {
    constexpr std::string_view begin = "Found ICD manifest file ";
    struct File {
        std::string name;
        std::string trouble;
    };
    std::vector<File> files;
    Reasons others;
    bool reads_drivers = false;
    for (const LoaderMessage& message : messages) {
        const std::string words = printable(message.text); // it quotes files
        const std::string_view text = without_function(words);
        if (text.starts_with(begin)) {
            reads_drivers = true;
            const std::string_view name = text.substr(begin.size());
            files.push_back(
                {.name = std::string(name.substr(0, name.rfind(", version"))), .trouble = {}});
        } else if (!message.trouble || text.starts_with("Found no drivers")) {
            continue;
        } else if (is_of_layers(text)) {
            reads_drivers = false;
            others.emplace_back(text);
        } else if (words.starts_with("terminator_") || text.contains("JSON file /") ||
                   !reads_drivers) { // of a driver that was loaded; of a file that was not read
            others.emplace_back(text);
        } else if (files.back().trouble.empty()) { // what follows is a consequence
            files.back().trouble = text;
        }
    }
    Reasons reasons;
    for (const File& file : files) {
        reasons.push_back(
            text::format("driver file {}: {}", file.name,
                         file.trouble.empty() ? "its driver was loaded" : file.trouble));
    }
    reasons.insert(reasons.end(), others.begin(), others.end());
    if (files.empty()) {
        reasons.emplace_back("there is no driver file; is a driver installed (Debian: "
                             "mesa-vulkan-drivers)?");
    }
    return reasons;
}

Reasons explain_driver_search() {
    std::vector<LoaderMessage> messages;
    try {
        using Severity = vk::DebugUtilsMessageSeverityFlagBitsEXT;
        const vk::raii::Context loader;
        const vk::DebugUtilsMessengerCreateInfoEXT listener{
            .messageSeverity = Severity::eInfo | Severity::eWarning | Severity::eError,
            .messageType = vk::DebugUtilsMessageTypeFlagBitsEXT::eGeneral,
            .pfnUserCallback = listen,
            .pUserData = &messages};
        const char* const extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
        const vk::raii::Instance instance(loader, vk::InstanceCreateInfo{
                                                      .pNext = &listener,
                                                      .enabledExtensionCount = 1,
                                                      .ppEnabledExtensionNames = &extension,
                                                  });
        static_cast<void>(instance.enumeratePhysicalDevices());
    } catch (const vk::SystemError&) { // as expected: the messages say why
    } catch (const std::runtime_error&) {
        return {};
    }
    return explain_driver_search(messages);
}

} // namespace parallax
