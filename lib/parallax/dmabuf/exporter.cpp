// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporter.hpp"

#include "parallax/dmabuf/exporters/dma_heap.hpp"
#include "parallax/dmabuf/exporters/udmabuf.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace parallax {
namespace {

// To add an exporter: write its class beside the others in exporters/, then one row here. The
// contract tests run over every row.
constexpr std::array kinds{
    ExporterKind{.name = "exporter",
                 .node = "/dev/exporter",
                 .summary = "this project's module, dmabuf_exporter",
                 .remedy = "load it: make -C kmod && sudo insmod kmod/dmabuf_exporter.ko, or run "
                           "this in the virtual machine: ./lab run -- parallax ...",
                 .limits = "its limits are max_buffer_mib and max_total_mib in "
                           "/sys/module/dmabuf_exporter/parameters",
                 .rule =
                     "the module's udev rule opens it to the group video and to the user of the "
                     "local session: install the package parallax-dkms, or sudo make -C kmod "
                     "install, which bring the rule; then sudo usermod -aG video $USER, and log "
                     "in again",
                 .open = open_dma_heap,
                 .sync = SyncWork::caches},
    ExporterKind{.name = "system",
                 .node = "/dev/dma_heap/system",
                 .summary = "the kernel's system heap",
                 .remedy = "needs a kernel with CONFIG_DMABUF_HEAPS_SYSTEM",
                 .limits = "",
                 .rule = "",
                 .open = open_dma_heap,
                 .sync = SyncWork::caches},
    ExporterKind{.name = "udmabuf",
                 .node = "/dev/udmabuf",
                 .summary = "memfd pages, by the driver udmabuf",
                 .remedy = "try: sudo modprobe udmabuf",
                 .limits = "its limit is /sys/module/udmabuf/parameters/size_limit_mb",
                 .rule = "",
                 .open = open_udmabuf,
                 .sync = SyncWork::caches},
    ExporterKind{.name = "udmabuf-huge",
                 .node = "/dev/udmabuf",
                 .summary = "2 MiB hugetlb pages, by udmabuf",
                 .remedy = "try: sudo modprobe udmabuf",
                 .limits = "its limit is /sys/module/udmabuf/parameters/size_limit_mb",
                 .rule = "",
                 .open = open_udmabuf_huge,
                 .sync = SyncWork::caches},
};

const ExporterKind* find(std::string_view name) {
    const auto* const found = std::ranges::find(kinds, name, &ExporterKind::name);
    return found == kinds.end() ? nullptr : found;
}

std::string usable_others(std::string_view refused) {
    std::string names;
    for (const ExporterKind& kind : kinds) {
        if (kind.name != refused && kind.open(kind)) {
            append(names, kind.name);
        }
    }
    return names.empty() ? "no other exporter is usable on this machine"
                         : text::format("usable on this machine: --exporter {}", names);
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

std::span<const ExporterKind> exporter_kinds() noexcept {
    return kinds;
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
