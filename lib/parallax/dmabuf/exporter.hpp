// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// Allocates dma-bufs. Owns the fd of its device node.
class Exporter {
public:
    Exporter() = default;
    Exporter(const Exporter&) = delete;
    Exporter& operator=(const Exporter&) = delete;
    Exporter(Exporter&&) = delete;
    Exporter& operator=(Exporter&&) = delete;
    virtual ~Exporter() = default;

    /// A new dma-buf of at least @p size bytes (rounded up to whole pages), zeroed, readable and
    /// writable.
    ///
    /// More than the machine's memory is refused here, without asking the exporter: the kernel's
    /// system heap would trigger the OOM killer, and udmabuf would print a warning.
    ///
    /// @throws std::system_error with the exporter's errno and the requested size; EINVAL for 0
    ///         bytes, ENOMEM for more than the machine has.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size) {
        return allocate(size, Protection::read_write);
    }

    /// The same; with Protection::read, which requires exports_read_only(), the fd does not allow
    /// writing. Some importers refuse such an fd.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size, Protection access);
    /// True if allocate() takes Protection::read.
    [[nodiscard]] virtual bool exports_read_only() const noexcept = 0;

private:
    /// @param size bytes: more than 0, at most the machine's memory.
    [[nodiscard]] virtual DmaBuf do_allocate(std::uint64_t size, Protection access) = 0;
};

/// An exporter, or one sentence why this machine has none of that kind.
using OpenedExporter = std::expected<std::unique_ptr<Exporter>, std::string>;

/// What DMA_BUF_IOCTL_SYNC does besides waiting for fences.
enum class SyncWork {
    caches,    ///< makes memory, caches and bounce buffers agree with the attached devices
    nothing,   ///< no more: the exporter has no begin_cpu_access()
    by_driver, ///< which of both depends on the driver
};

/// One row of the table of exporters that the project knows.
struct ExporterKind {
    std::string_view name;    ///< as given to --exporter
    std::string_view node;    ///< the device node that it opens; empty: it chooses one
    std::string_view summary; ///< one line for people
    std::string_view remedy;  ///< instructions for a missing node
    std::string_view limits;  ///< its limits of a size, for messages; empty if it has none
    std::string_view rule;    ///< the rule that opens the node to users, as for not_permitted()
    OpenedExporter (*open)(const ExporterKind& kind); ///< opens the node
    SyncWork sync = SyncWork::by_driver;              ///< by DMA_BUF_IOCTL_SYNC
    std::string_view device = {}; ///< stands for the node in "NAME:NODE"; empty if it has one only
    bool is_given = false;        ///< names a buffer that exists, so there is none without a device
};

/// The table, the project's own exporter first: that is the default.
[[nodiscard]] std::span<const ExporterKind> exporter_kinds() noexcept;

/// Opens an exporter by its name in the table, or by the name of any dma-heap's node in
/// /dev/dma_heap, or by its path.
/// @return the exporter, or the reasons with instructions and the names of usable exporters.
[[nodiscard]] std::expected<std::unique_ptr<Exporter>, Reasons>
open_exporter(const std::string& name);

} // namespace parallax
