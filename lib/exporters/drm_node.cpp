// SPDX-License-Identifier: MIT
#include "exporters/drm_node.hpp"

#include "parallax/dmabuf/exporters/node.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace parallax {

std::vector<std::string> drm_nodes(std::string_view prefix) {
    std::vector<std::string> paths;
    std::error_code none; // without /dev/dri there is no node
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        if (entry.path().filename().string().starts_with(prefix)) {
            paths.push_back(entry.path().string());
        }
    }
    std::ranges::sort(paths);
    return paths;
}

UniqueFd open_for_memory(const std::string& path) {
    UniqueFd node(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    give_up_master(node);
    return node;
}

void give_up_master(const UniqueFd& node) noexcept {
    const int error = errno;
    if (node) {
        drmDropMaster(node.get()); // fails for a render node, and for a card that has another one
    }
    errno = error;
}

std::expected<DrmNode, std::string>
open_drm_node(const ExporterKind& kind, std::vector<std::string> (*nodes)(), const char* none) {
    ExporterKind chosen = kind;
    std::string path(kind.node);
    if (path.empty()) {
        const std::vector<std::string> there = nodes();
        if (there.empty()) {
            return std::unexpected(none);
        }
        path = there.front();
    }
    chosen.node = path;
    auto fd = open_node(chosen);
    if (!fd) {
        return std::unexpected(fd.error());
    }
    give_up_master(*fd);
    if (drm_driver(fd->get()).empty()) {
        return std::unexpected(text::format("{} is no DRM device; {}", path, kind.remedy));
    }
    return DrmNode{.fd = *std::move(fd), .path = std::move(path)};
}

std::string drm_driver(int node) {
    const kms::VersionPtr version(drmGetVersion(node));
    return version ? printable(version->name) : std::string();
}

DmaBuf export_gem(int node, std::uint32_t handle, Protection access) {
    int fd = -1;
    const std::uint32_t flags =
        access == Protection::read_write ? DRM_CLOEXEC | DRM_RDWR : DRM_CLOEXEC;
    if (drmPrimeHandleToFD(node, handle, flags, &fd) != 0) {
        throw_errno(drm_driver(node) + " does not export this memory (PRIME)");
    }
    return DmaBuf(UniqueFd(fd));
}

Extent pixels_for(std::uint64_t bytes) {
    std::uint64_t row = 4096;
    while ((bytes + row - 1) / row > 8192) {
        row *= 2;
    }
    return {.width = static_cast<std::uint32_t>(row / 4),
            .height = static_cast<std::uint32_t>((bytes + row - 1) / row)};
}

} // namespace parallax
