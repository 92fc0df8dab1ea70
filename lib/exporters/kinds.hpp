// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter_kinds.hpp"

#include <string>
#include <vector>

// The rows of the table in exporters.cpp: each opens the device that is named as the node, or
// chooses one.
namespace parallax {

/// Dumb buffers of a display's driver.
[[nodiscard]] OpenedExporter open_dumb(const ExporterKind& kind);
/// The same of the kernel's test driver vgem, which has no display.
[[nodiscard]] OpenedExporter open_vgem(const ExporterKind& kind);
/// Buffers that the user-space driver of a GPU allocates through GBM.
[[nodiscard]] OpenedExporter open_gbm(const ExporterKind& kind);
/// The buffers of a video device.
[[nodiscard]] OpenedExporter open_v4l2(const ExporterKind& kind);
/// Memory of a Vulkan device; the node is its index or a part of its name. The driver is loaded
/// with the first allocation.
[[nodiscard]] OpenedExporter open_vulkan(const ExporterKind& kind);
/// A dma-buf that this process has inherited; the node is the number of its file descriptor.
[[nodiscard]] OpenedExporter open_fd(const ExporterKind& kind);
/// A dma-buf of another process, which has a FrameSharer; the node is the path of its socket.
[[nodiscard]] OpenedExporter open_socket(const ExporterKind& kind);

/// The nodes that open_dumb() can take, but for vgem's.
[[nodiscard]] std::vector<std::string> dumb_nodes();
/// Render nodes, and cards without one.
[[nodiscard]] std::vector<std::string> gbm_nodes();
/// Devices that capture.
[[nodiscard]] std::vector<std::string> v4l2_nodes();

} // namespace parallax
