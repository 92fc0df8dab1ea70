// SPDX-License-Identifier: MIT
#include "exporters/exporters.hpp"

#include "exporters/kinds.hpp"
#include "parallax/dmabuf/exporters/dma_heap.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <ranges>

namespace parallax {
namespace {

using Nodes = std::vector<std::string> (*)();

struct DeviceKind {
    ExporterKind kind;
    Nodes nodes; ///< null: one exporter, whichever device it has
};

// To add an exporter: write its class beside the others, then a row here and one in
// tests/contract/sources.cpp.
constexpr std::array device_kinds{
    DeviceKind{.kind = {.name = "dumb",
                        .node = "",
                        .summary = "dumb buffers of a display's driver",
                        .remedy = "ls /dev/dri shows the cards",
                        .limits = "",
                        .rule = "",
                        .open = open_dumb,
                        .device = "/dev/dri/cardN"},
               .nodes = dumb_nodes},
    DeviceKind{.kind = {.name = "gbm",
                        .node = "",
                        .summary = "buffers of a GPU's driver, by GBM",
                        .remedy = "ls /dev/dri shows the devices",
                        .limits = "its limit is the driver's largest image",
                        .rule = "",
                        .open = open_gbm,
                        .device = "/dev/dri/..."},
               .nodes = gbm_nodes},
    DeviceKind{.kind = {.name = "vgem",
                        .node = "",
                        .summary = "buffers of the kernel's test driver",
                        .remedy = "try: sudo modprobe vgem",
                        .limits = "",
                        .rule = "",
                        .open = open_vgem,
                        .sync = SyncWork::nothing},
               .nodes = nullptr},
    DeviceKind{.kind = {.name = "v4l2",
                        .node = "",
                        .summary = "a video device's own buffers",
                        .remedy = "ls /dev/video* shows the devices",
                        .limits = "",
                        .rule = "",
                        .open = open_v4l2,
                        .device = "/dev/videoN"},
               .nodes = v4l2_nodes},
    DeviceKind{.kind = {.name = "vulkan",
                        .node = "",
                        .summary = "memory of a Vulkan device",
                        .remedy = "",
                        .limits = "its limit is the driver's largest image",
                        .rule = "",
                        .open = open_vulkan,
                        .device = "DEVICE"},
               .nodes = nullptr},
    DeviceKind{.kind = {.name = "fd",
                        .node = "",
                        .summary = "a dma-buf that the caller passes",
                        .remedy = "",
                        .limits = "its limit is the size of the dma-buf",
                        .rule = "",
                        .open = open_fd,
                        .device = "N",
                        .is_given = true},
               .nodes = nullptr},
    DeviceKind{.kind = {.name = "socket",
                        .node = "",
                        .summary = "a dma-buf of parallax share",
                        .remedy = "",
                        .limits = "its limit is the size of the dma-buf",
                        .rule = "",
                        .open = open_socket,
                        .device = "PATH",
                        .is_given = true},
               .nodes = nullptr},
};

constexpr ExporterKind other_heap{.name = "/dev/dma_heap/NAME",
                                  .node = "",
                                  .summary = "another dma-heap",
                                  .remedy = "ls /dev/dma_heap shows the heaps of this machine",
                                  .limits = "",
                                  .rule = "",
                                  .open = open_dma_heap,
                                  .sync = SyncWork::caches};

const std::vector<ExporterKind>& kinds() {
    static const std::vector<ExporterKind> all = [] {
        std::vector<ExporterKind> table(exporter_kinds().begin(), exporter_kinds().end());
        for (const DeviceKind& row : device_kinds) {
            table.push_back(row.kind);
        }
        return table;
    }();
    return all;
}

/// The row that a name begins with, up to the colon.
const ExporterKind* find_kind(std::string_view name) {
    const auto found =
        std::ranges::find(kinds(), name.substr(0, name.find(':')), &ExporterKind::name);
    return found == kinds().end() ? nullptr : &*found;
}

Nodes nodes_of(const ExporterKind& kind) {
    const auto* const row = std::ranges::find(device_kinds, kind.name,
                                              [](const DeviceKind& one) { return one.kind.name; });
    return row == device_kinds.end() ? nullptr : row->nodes;
}

/// "dumb[:/dev/dri/cardN]"
std::string pattern_of(const ExporterKind& kind) {
    if (kind.device.empty()) {
        return std::string(kind.name);
    }
    return text::format("{}{}:{}{}", kind.name, kind.is_given ? "" : "[", kind.device,
                        kind.is_given ? "" : "]");
}

std::vector<std::string> heaps() {
    std::vector<std::string> paths;
    std::error_code none; // without the folder there is no heap
    for (const auto& heap : std::filesystem::directory_iterator("/dev/dma_heap", none)) {
        paths.push_back(heap.path().string());
    }
    std::ranges::sort(paths);
    return paths;
}

} // namespace

std::span<const ExporterKind> all_exporter_kinds() noexcept {
    return kinds();
}

std::string exporter_names() {
    return joined(kinds(), ", ", pattern_of);
}

std::string refuse_exporter_name(const std::string& name) {
    std::error_code none;
    if (name.starts_with('/') ||
        (!name.empty() && std::filesystem::exists("/dev/dma_heap/" + name, none))) {
        return {};
    }
    const ExporterKind* const kind = find_kind(name);
    const std::size_t colon = name.find(':');
    const bool has_device = colon != std::string::npos;
    if (kind == nullptr) {
        return text::format("no exporter is named '{}'; there are {}, and a dma-heap goes by its "
                            "path, as in /dev/dma_heap/system",
                            printable(name), exporter_names());
    }
    const std::string_view given = has_device ? std::string_view(name).substr(colon + 1) : "";
    const bool is_number =
        !given.empty() && std::ranges::all_of(given, [](char c) { return c >= '0' && c <= '9'; });
    if (has_device ? kind->device.empty() || given.empty() || (kind->device == "N" && !is_number)
                   : kind->is_given) {
        return text::format("write this exporter as {}, not '{}'", pattern_of(*kind),
                            printable(name));
    }
    return {};
}

std::expected<std::unique_ptr<Exporter>, Reasons> open_any_exporter(const std::string& name) {
    const ExporterKind* const kind = find_kind(name);
    if (kind == nullptr ||
        std::ranges::contains(exporter_kinds(), kind->name, &ExporterKind::name)) {
        return open_exporter(name);
    }
    if (std::string refusal = refuse_exporter_name(name); !refusal.empty()) {
        return std::unexpected(Reasons{std::move(refusal)});
    }
    ExporterKind chosen = *kind;
    const std::size_t colon = name.find(':');
    chosen.node =
        colon == std::string::npos ? std::string_view() : std::string_view(name).substr(colon + 1);
    return chosen.open(chosen).transform_error(
        [](std::string&& reason) { return Reasons{std::move(reason)}; });
}

std::vector<ListedExporter> exporters_here() {
    std::vector<ListedExporter> list;
    for (const ExporterKind& kind : kinds()) {
        const Nodes find_nodes = nodes_of(kind);
        const std::vector<std::string> nodes =
            find_nodes != nullptr ? find_nodes() : std::vector<std::string>();
        list.push_back({.name = std::string(kind.name),
                        .node = nodes.empty() ? std::string(kind.node) : nodes.front(),
                        .kind = &kind});
        for (const std::string& node : nodes | std::views::drop(1)) {
            list.push_back(
                {.name = text::format("{}:{}", kind.name, node), .node = node, .kind = &kind});
        }
    }
    for (const std::string& path : heaps()) {
        if (!std::ranges::contains(exporter_kinds(), path, &ExporterKind::node)) {
            list.push_back({.name = path, .node = path, .kind = &other_heap});
        }
    }
    return list;
}

} // namespace parallax
