// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/exporter_kinds.hpp"

namespace parallax {

/// Any node with the dma-heap ABI (linux/dma-heap.h): the kernel's heaps and this project's module.
[[nodiscard]] OpenedExporter open_dma_heap(const ExporterKind& kind);

} // namespace parallax
