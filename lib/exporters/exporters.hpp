// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter.hpp"
#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/error.hpp"

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The exporters of the library, and those that need more than the kernel's heaps: a DRM device,
// GBM, a video device, Vulkan, or a buffer that another program has.
namespace parallax {

/// The table: the library's exporters first.
[[nodiscard]] std::span<const ExporterKind> all_exporter_kinds() noexcept;

/// "exporter, system, ..., dumb[:/dev/dri/cardN], fd:N", for help and messages.
[[nodiscard]] std::string exporter_names();

/// Why no exporter can have that name; empty if one can, which need not be here.
[[nodiscard]] std::string refuse_exporter_name(const std::string& name);

/// Opens an exporter by its name in the table, with a device as in "dumb:/dev/dri/card0", or by the
/// path of any dma-heap's node.
/// @return the exporter, or the reasons with instructions.
[[nodiscard]] std::expected<std::unique_ptr<Exporter>, Reasons>
open_any_exporter(const std::string& name);

/// An exporter of this machine, or a kind of which it may have none.
struct ListedExporter {
    std::string name; ///< as given to open_any_exporter()
    std::string node; ///< that it opens; empty if it chooses one
    const ExporterKind* kind;
};

/// Every kind with each of its devices, of which the first goes without its node, and every
/// dma-heap. None is opened.
[[nodiscard]] std::vector<ListedExporter> exporters_here();

} // namespace parallax
