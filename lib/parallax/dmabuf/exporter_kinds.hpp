// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter.hpp"

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

// Not installed: the table behind open_exporter().
namespace parallax {

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
    std::string_view name;    ///< as given to open_exporter()
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

} // namespace parallax
