// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporter.hpp"

#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/exporters/dma_heap.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace parallax {
namespace {

const ExporterKind* find(std::string_view name) {
    const auto kinds = exporter_kinds();
    const auto found = std::ranges::find(kinds, name, &ExporterKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

std::string usable_others(std::string_view refused) {
    std::string names;
    for (const ExporterKind& kind : exporter_kinds()) {
        if (kind.name != refused && kind.open(kind)) {
            append(names, kind.name);
        }
    }
    return names.empty() ? "no other exporter is usable on this machine"
                         : text::format("usable on this machine: {}", names);
}

std::uint64_t machine_memory() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

DmaBuf Exporter::allocate(std::uint64_t size, Protection access) {
    if (size == 0) {
        errno = EINVAL;
        throw_errno("a dma-buf cannot have 0 bytes");
    }
    if (const std::uint64_t memory = machine_memory(); size >= memory) {
        errno = ENOMEM;
        throw_errno(text::format("a dma-buf of {} bytes cannot be had: this machine has {} bytes",
                                 size, memory));
    }
    if (access == Protection::read && !exports_read_only()) {
        throw std::logic_error("this exporter gives every fd O_RDWR");
    }
    return do_allocate(size, access);
}

std::expected<std::unique_ptr<Exporter>, Reasons> open_exporter(const std::string& name) {
    const std::string node = name.starts_with('/') ? name : "/dev/dma_heap/" + name;
    const ExporterKind by_path{.name = name,
                               .node = node,
                               .summary = "a dma-heap",
                               .remedy = "ls /dev/dma_heap shows the heaps of this machine",
                               .limits = "",
                               .rule = "",
                               .open = open_dma_heap};
    const ExporterKind* kind = find(name);
    if (kind == nullptr && (name.starts_with('/') || ::access(node.c_str(), F_OK) == 0)) {
        kind = &by_path;
    }
    if (kind == nullptr) {
        return std::unexpected(
            Reasons{text::format("no exporter is named '{}'", name), usable_others(name)});
    }
    if (OpenedExporter opened = kind->open(*kind); opened) {
        return *std::move(opened);
    } else {
        return std::unexpected(Reasons{opened.error(), usable_others(name)});
    }
}

} // namespace parallax
