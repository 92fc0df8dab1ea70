// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

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

    /// A new dma-buf of at least @p size bytes (rounded up to whole pages), readable and writable;
    /// zeroed, but by a PictureExporter.
    ///
    /// As much as the machine's memory or more is refused here, without asking the exporter: the
    /// kernel's system heap would trigger the OOM killer, and udmabuf would print a warning.
    ///
    /// @throws std::system_error with the exporter's errno and the requested size; EINVAL for 0
    ///         bytes, ENOMEM for more than the machine has.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size) {
        return allocate(size, Protection::read_write);
    }

    /// The same; with Protection::read, which requires exports_read_only(), the fd does not allow
    /// writing. Some importers refuse such an fd.
    /// @throws std::logic_error where exports_read_only() is false.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size, Protection access);
    /// True if allocate() takes Protection::read.
    [[nodiscard]] virtual bool exports_read_only() const noexcept = 0;

private:
    /// @param size bytes: more than 0, less than the machine's memory.
    [[nodiscard]] virtual DmaBuf do_allocate(std::uint64_t size, Protection access) = 0;
};

/// Opens an exporter by its name: "exporter" (this project's module), "system" (the kernel's system
/// heap), "udmabuf", "udmabuf-huge", the name of any dma-heap's node in /dev/dma_heap, or the path
/// of one.
/// @return the exporter, or the reasons with instructions and the names of usable exporters.
[[nodiscard]] std::expected<std::unique_ptr<Exporter>, Reasons>
open_exporter(const std::string& name);

} // namespace parallax
