// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/exporter_kinds.hpp"
#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/image/layout.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {

/// Nodes in /dev/dri whose names begin so, sorted.
[[nodiscard]] std::vector<std::string> drm_nodes(std::string_view prefix);

/// Opens a node for its memory alone. Whoever opens a card first is its master, and as long as
/// there is one, no other program sets modes: a compositor that comes back to its console could
/// not. This one is not, afterwards.
/// @return empty if it cannot be opened, with errno.
[[nodiscard]] UniqueFd open_for_memory(const std::string& path);

/// The same of an open node.
void give_up_master(const UniqueFd& node) noexcept;

/// An open node, and its path.
struct DrmNode {
    UniqueFd fd;
    std::string path;
};

/// Opens the node of @p kind, or where it names none, the first of those that @p nodes finds.
/// @param none the sentence where there are none.
/// @return the node, or one sentence why there is none.
[[nodiscard]] std::expected<DrmNode, std::string>
open_drm_node(const ExporterKind& kind, std::vector<std::string> (*nodes)(), const char* none);

/// The kernel driver's name of an open node; empty if it is no DRM device.
[[nodiscard]] std::string drm_driver(int node);

/// Exports a GEM object of the node by PRIME.
/// @throws std::system_error when the driver refuses.
[[nodiscard]] DmaBuf export_gem(int node, std::uint32_t handle, Protection access);

/// Pixels of 4 bytes that hold that many bytes, in rows of 4096 bytes, or longer rows where there
/// would be more than 8192.
[[nodiscard]] Extent pixels_for(std::uint64_t bytes);

} // namespace parallax
