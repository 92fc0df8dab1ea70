// SPDX-License-Identifier: MIT
#include "parallax/kms/card.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace parallax::kms {
namespace {

std::vector<std::string> card_nodes() {
    std::vector<std::string> paths;
    std::error_code none; // without the folder there is no card
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        if (entry.path().filename().string().starts_with("card")) {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

} // namespace

std::expected<Card, Reasons> Card::open(const std::string& wish) {
    Reasons reasons;
    const bool by_path = wish.starts_with('/');
    for (const std::string& path : by_path ? std::vector{wish} : card_nodes()) {
        auto card = open_node(path);
        if (!card) {
            reasons.push_back(card.error());
        } else if (!by_path && !wish.empty() && card->driver() != wish) {
            reasons.push_back(
                text::format("{} is driven by {}, not by {}", path, card->driver(), wish));
        } else {
            return *std::move(card);
        }
    }
    if (reasons.empty()) {
        reasons.emplace_back("there is no card in /dev/dri: no display driver is loaded");
    }
    return std::unexpected(std::move(reasons));
}

std::expected<Card, std::string> Card::open_node(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!fd) {
        return std::unexpected(cannot_open(path));
    }
    const VersionPtr version(drmGetVersion(fd.get()));
    if (!version) {
        return std::unexpected(text::format("{} is no DRM device", path));
    }
    std::string driver = printable(version->name);
    const ResourcesPtr resources(drmModeGetResources(fd.get()));
    if (!resources || resources->count_crtcs == 0 || resources->count_connectors == 0) {
        return std::unexpected(text::format("{} ({}) drives no display", path, driver));
    }
    if (drmSetClientCap(fd.get(), DRM_CLIENT_CAP_ATOMIC, 1) != 0) {
        return std::unexpected(text::format("{} ({}) has no atomic mode setting", path, driver));
    }
    std::uint64_t modifiers = 0;
    drmGetCap(fd.get(), DRM_CAP_ADDFB2_MODIFIERS, &modifiers); // 0 if it is not known
    return Card(std::move(fd), path, std::move(driver), modifiers == 1);
}

bool Card::is_master() const {
    return drmIsMaster(fd_.get()) != 0;
}

std::vector<std::string> card_drivers() {
    std::vector<std::string> drivers;
    for (const std::string& path : card_nodes()) {
        const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        const VersionPtr version(fd ? drmGetVersion(fd.get()) : nullptr);
        drivers.push_back(version ? printable(version->name) : std::string());
    }
    return drivers;
}

} // namespace parallax::kms
