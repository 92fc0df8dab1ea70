// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"
#include "parallax/error.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parallax {

/// Whatever makes dma-bufs. Owns its device node.
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
    /// system heap would let the out-of-memory killer loose, and udmabuf would print a warning.
    ///
    /// @throws std::system_error with the exporter's errno and the size asked for; EINVAL for no
    ///         bytes, ENOMEM for more than the machine has.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size) {
        return allocate(size, Protection::read_write);
    }

    /// The same; with Protection::read, the fd allows no writing. Only if the exporter can: it
    /// exports_read_only(). Importers differ in what they make of such an fd.
    [[nodiscard]] DmaBuf allocate(std::uint64_t size, Protection access);
    /// Whether allocate() takes Protection::read.
    [[nodiscard]] virtual bool exports_read_only() const noexcept = 0;

private:
    /// @param size more than nothing, less than the machine has.
    [[nodiscard]] virtual DmaBuf do_allocate(std::uint64_t size, Protection access) = 0;
};

/// An exporter opened, or why this machine has none of that kind.
using OpenedExporter = std::expected<std::unique_ptr<Exporter>, std::string>;

/// One row of the table of exporters that the project knows.
struct ExporterKind {
    std::string_view name;    ///< as given to --exporter
    std::string_view node;    ///< the device node that it opens
    std::string_view summary; ///< one line for people
    std::string_view remedy;  ///< what to do when the node is missing
    std::string_view limits;  ///< what may refuse a size; none if empty
    OpenedExporter (*open)(
        const ExporterKind& kind); ///< opens the node, or says in one sentence why not
};

/// The table, the project's own exporter first: that is the default.
[[nodiscard]] std::span<const ExporterKind> exporter_kinds() noexcept;

/// Opens an exporter by its name in the table, or by the path of any dma-heap's node
/// (/dev/dma_heap/...).
/// @return the exporter, or the reasons: what is wrong, what to do, which others are usable.
[[nodiscard]] std::expected<std::unique_ptr<Exporter>, Reasons>
open_exporter(const std::string& name);

} // namespace parallax
