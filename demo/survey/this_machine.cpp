// SPDX-License-Identifier: MIT
#include "survey/this_machine.hpp"

#include "exporters/exporters.hpp"
#include "files/read_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string_view>

namespace parallax::demo::survey {
namespace {

namespace fs = std::filesystem;

/// The first line of a small file; empty if it cannot be read.
std::string first_line(const fs::path& file) try {
    constexpr std::size_t most = 65536;
    const std::string text = read_file(file, most);
    return printable(text.substr(0, text.find_first_of(std::string_view("\n\0", 2))));
} catch (const std::runtime_error&) {
    return {};
}

/// The names in a folder, sorted; none if it cannot be read.
std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

/// "Framework Laptop 13", or of a device tree "Raspberry Pi 5 Model B".
std::string model() {
    const fs::path dmi = "/sys/class/dmi/id";
    std::string name = first_line(dmi / "sys_vendor");
    append(name, first_line(dmi / "product_name"), " ");
    return name.empty() ? first_line("/proc/device-tree/model") : name;
}

/// PRETTY_NAME of os-release.
std::string distribution() try {
    constexpr std::size_t most = 65536;
    const std::string text = read_file("/etc/os-release", most);
    constexpr std::string_view key = "PRETTY_NAME=";
    const std::size_t at = text.starts_with(key) ? 0 : text.find("\nPRETTY_NAME=") + 1;
    if (!std::string_view(text).substr(at).starts_with(key)) {
        return {};
    }
    const std::size_t begin = at + key.size();
    std::string name = text.substr(begin, text.find('\n', begin) - begin);
    std::erase(name, '"');
    return printable(name);
} catch (const std::runtime_error&) {
    return {};
}

/// "i915 8086:46a6", of a device of the kernel's; empty if it has no driver.
std::string kernel_driver(const fs::path& device) {
    std::error_code missing;
    const fs::path driver = fs::read_symlink(device / "driver", missing);
    if (missing) {
        return {};
    }
    std::string name = driver.filename().string();
    const auto number = [&device](const char* file) {
        const std::string text = first_line(device / file);
        return text.starts_with("0x") ? text.substr(2) : std::string();
    };
    if (const std::string vendor = number("vendor"); !vendor.empty()) {
        name += text::format(" {}:{}", vendor, number("device"));
    }
    return printable(name);
}

/// Of every card and render node, each once.
std::string kernel_drivers() {
    const fs::path drm = "/sys/class/drm";
    std::set<std::string> devices;
    std::string drivers;
    for (const std::string& name : names_in(drm)) {
        if (name.contains('-') || !(name.starts_with("card") || name.starts_with("renderD"))) {
            continue; // a connector
        }
        std::error_code missing;
        const fs::path device = fs::canonical(drm / name / "device", missing);
        const std::string driver = missing ? std::string() : kernel_driver(device);
        if (!driver.empty() && devices.insert(device.string()).second) {
            append(drivers, driver);
        }
    }
    return drivers.empty() ? "none" : drivers;
}

} // namespace

Source source_of(const std::string& name, std::string_view summary) {
    const auto opened = open_any_exporter(name);
    return {.name = name,
            .summary = std::string(summary),
            .problem = opened ? std::string() : opened.error().front()};
}

std::vector<Fact> machine_model() {
    std::vector<Fact> facts;
    if (const std::string name = model(); !name.empty()) {
        facts.push_back({.name = "model", .value = name});
    }
    if (const std::string name = distribution(); !name.empty()) {
        facts.push_back({.name = "distribution", .value = name});
    }
    facts.push_back({.name = "GPU drivers", .value = kernel_drivers()});
    return facts;
}

std::vector<Source> sources_here() {
    std::vector<Source> sources;
    for (const ListedExporter& exporter : exporters_here()) {
        if (!exporter.kind->is_given) {
            sources.push_back(source_of(exporter.name, exporter.kind->summary));
        }
    }
    return sources;
}

std::string today() {
    return text::format("{:%F}",
                        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

} // namespace parallax::demo::survey
