// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/exporter_kinds.hpp"

#include "parallax/dmabuf/exporters/dma_heap.hpp"
#include "parallax/dmabuf/exporters/udmabuf.hpp"

#include <array>

namespace parallax {
namespace {

// To add an exporter: write its class beside the others in exporters/, then a row here and one in
// tests/contract/sources.cpp, over which the contract tests run.
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

} // namespace

std::span<const ExporterKind> exporter_kinds() noexcept {
    return kinds;
}

} // namespace parallax
